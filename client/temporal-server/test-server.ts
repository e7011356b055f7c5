import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, cacheFolder, firstLine, sayOnStderr, whyNot, type CacheEntry } from './cache.ts';
import { climb, NothingWorked, type Failure, type Rung } from './ladder.ts';
import { runTool } from './run-tool.ts';
import { sdkDownload } from './sdk-download.ts';
import type { FindOptions } from './temporal-cli.ts';

/** The release of the Java SDK whose test server is used. */
export const TEST_SERVER_VERSION = '1.38.0';

const EXECUTABLE = 'temporal-test-server';

/**
 * The path of the time-skipping test server: the one on the PATH if it runs, else the cached copy, else one that the
 * SDK downloads or that Maven brings as jars (then it needs `java`), kept in the cache.
 *
 * Rejects with `NothingWorked`, which lists what was tried.
 */
export async function ensureTestServer(options: FindOptions = {}): Promise<string> {
  const env = options.env ?? process.env;
  const say = options.say ?? sayOnStderr;
  const cache = options.cache ?? cacheFolder(env);
  const failures: Failure[] = [];
  try {
    await checkUsage(EXECUTABLE, env);
    say(`Temporal: using ${EXECUTABLE} on the PATH`);
    return EXECUTABLE;
  } catch (error) {
    failures.push({ name: `${EXECUTABLE} on the PATH`, reason: firstLine(error) });
  }
  const entry: CacheEntry = {
    name: `${EXECUTABLE}-${TEST_SERVER_VERSION}`,
    check: (folder) => checkUsage(join(folder, EXECUTABLE), env),
    fill: async (folder) => {
      const makers = (options.makers ?? ((into) => testServerMakers(into, env)))(folder);
      if (!(await climb(makers, failures, say))) throw nothingWorked(failures);
    },
  };
  const folder = join(cache, entry.name);
  failures.push({ name: `the cached copy in ${folder}`, reason: (await whyNot(entry, folder)) ?? 'it is good' });
  return join(await cached(entry, { cache, say }), EXECUTABLE);
}

function nothingWorked(failures: readonly Failure[]): NothingWorked {
  return new NothingWorked(
    "Temporal's time-skipping test server",
    failures,
    'To go on, do one of these: put temporal-test-server on the PATH; or install Java 11 or later and Maven (java, mvn) ' +
      'and run this again.',
  );
}

/** The server knows no `--version`; without a port it prints how it is used, which loads and runs it all the same. */
async function checkUsage(file: string, env: NodeJS.ProcessEnv): Promise<void> {
  const output = await runTool(file, [], { env, timeoutMs: 60_000 });
  if (!output.includes('<port>'))
    throw new Error(`${file} without arguments printed ${JSON.stringify(firstLine(output))}`);
}

function testServerMakers(folder: string, env: NodeJS.ProcessEnv): readonly Rung[] {
  const target = join(folder, EXECUTABLE);
  return [
    {
      name: "the SDK's own download",
      announce: 'Temporal: no test server here yet. Trying the download by the Temporal SDK (10 s to begin) ...',
      attempt: () => sdkDownload({ kind: 'test-server', version: `v${TEST_SERVER_VERSION}`, folder, target }),
    },
    mavenRung(folder, env),
  ];
}

/** The Maven artifact with what it needs, behind a wrapper, into the folder. */
export function mavenRung(folder: string, env: NodeJS.ProcessEnv): Rung {
  return {
    name: 'the Maven artifact',
    announce: `Temporal: fetching io.temporal:temporal-test-server:${TEST_SERVER_VERSION} with Maven (once; up to a minute) ...`,
    attempt: () => mavenFetch(folder, join(folder, EXECUTABLE), env),
  };
}

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>sitelink</groupId><artifactId>test-server</artifactId><version>1</version>
  <dependencies><dependency>
    <groupId>io.temporal</groupId><artifactId>temporal-test-server</artifactId><version>${TEST_SERVER_VERSION}</version>
  </dependency><dependency>
    <!-- Its logging facade complains on stderr if it finds nothing to log to. -->
    <groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>1.7.36</version>
  </dependency></dependencies>
</project>
`;

// Tests start it often and use it for seconds: the quick compiler only, and a small heap.
const WRAPPER = `#!/bin/sh
# Runs Temporal's time-skipping test server from the jars in lib/ beside this file.
here=$(dirname "$0")
exec "\${JAVA_HOME:+$JAVA_HOME/bin/}java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx512m \\
  -cp "$here/lib/*" io.temporal.testserver.TestServer "$@"
`;

async function mavenFetch(folder: string, target: string, env: NodeJS.ProcessEnv): Promise<void> {
  const java = env['JAVA_HOME'] === undefined ? 'java' : join(env['JAVA_HOME'], 'bin', 'java');
  await runTool(java, ['-version'], { env, timeoutMs: 30_000 });
  const work = join(folder, 'lib');
  await mkdir(work);
  const pom = join(folder, 'pom.xml');
  await writeFile(pom, POM);
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${work}`];
  await runTool('mvn', ['-B', '-q', '-f', pom, ...goal], { cwd: folder, env, timeoutMs: 10 * 60_000 });
  await writeFile(target, WRAPPER);
  await chmod(target, 0o755);
}
