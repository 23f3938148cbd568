// Spark 4 on this machine, for tests and measurements: a Spark Connect server in one process, or on a standalone cluster of
// a master and workers, each a process of its own. It needs Java and a registry of Python packages.

import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answersAt, freePort, installFromPip, startServer } from '../stores/programs.mjs';

const VERSION = '4.0.1';
const host = '127.0.0.1';
/** A Java machine on a busy one. */
const seconds = 180;

/** The folder of Spark, installed where it is not there yet; a reason where it cannot be. */
export async function installSpark4() {
  try {
    execFileSync('java', ['-version'], { stdio: 'ignore' });
  } catch {
    return { reason: 'Spark 4 cannot be had here: there is no Java' };
  }
  return installFromPip('pyspark', VERSION);
}

/** A running Spark Connect server; `conf` are settings of Spark, `master` where it works (two threads of its own unless said). */
export async function startSpark4({ program, master = 'local[2]', memory = '2g', conf = {} }) {
  const port = await freePort();
  const work = await mkdtemp(join(tmpdir(), 'lake-spark4-'));
  const settings = {
    'spark.connect.grpc.binding.address': host,
    'spark.connect.grpc.binding.port': port,
    'spark.driver.host': host,
    'spark.ui.enabled': false,
    'spark.log.level': 'ERROR',
    'spark.sql.shuffle.partitions': 2,
    'spark.sql.warehouse.dir': join(work, 'warehouse'),
    'spark.local.dir': work,
    ...conf,
  };
  const server = await startServer({
    program: join(program, 'bin/spark-submit'),
    arguments: [
      ...['--master', master, '--driver-memory', memory],
      ...Object.entries(settings).flatMap(([name, value]) => ['--conf', `${name}=${value}`]),
      ...['--class', 'org.apache.spark.sql.connect.service.SparkConnectServer'],
      join(program, `jars/spark-connect_2.13-${VERSION}.jar`),
    ],
    env: environment(program),
    isUp: () => answersAt(port),
    seconds,
  });
  const ended = (end) => async () => {
    await end();
    await rm(work, { recursive: true, force: true });
  };
  return { address: `sc://${host}:${port}`, stop: ended(server.stop), kill: ended(server.kill) };
}

/** A master and workers of one processor each; `workers` can be killed one by one. */
export async function startCluster({ program, workers: count, memory = '1g' }) {
  const [port, work] = [await freePort(), await mkdtemp(join(tmpdir(), 'lake-cluster-'))];
  const start = (name, given, isUp) =>
    startServer({
      program: join(program, 'bin/spark-class'),
      arguments: [`org.apache.spark.deploy.${name}`, '--host', host, '--webui-port', '0', ...given],
      env: environment(program),
      isUp,
      seconds,
    });
  const running = [await start('master.Master', ['--port', String(port)], () => answersAt(port))];
  const master = `spark://${host}:${port}`;
  for (let each = 0; each < count; each++) {
    const own = await freePort();
    const given = ['--port', String(own), '--cores', '1', '--memory', memory];
    const folder = ['--work-dir', join(work, `worker-${each}`)];
    running.push(await start('worker.Worker', [...given, ...folder, master], () => answersAt(own)));
  }
  return {
    master,
    workers: running.slice(1),
    async stop() {
      await Promise.all(running.map((each) => each.kill()));
      await rm(work, { recursive: true, force: true });
    },
  };
}

const environment = (program) => ({ SPARK_HOME: program, SPARK_LOCAL_IP: host });
