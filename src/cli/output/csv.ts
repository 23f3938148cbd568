// CSV for the terminal and for pipes.

export { csvRecord } from '../../common/csv.js';
