import { engineContract } from './contract.js';
import { sparkManners } from './spark-manners.js';
import { startSpark } from '../../src/engine/spark/engine.js';

engineContract(() => startSpark({ address: 'sc://127.0.0.1:50051' }), sparkManners);
