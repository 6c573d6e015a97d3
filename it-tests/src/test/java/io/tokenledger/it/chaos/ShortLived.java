package io.tokenledger.it.chaos;

import io.tokenledger.it.harness.AccountedProvider;
import io.tokenledger.it.harness.AgentSetup;
import io.tokenledger.it.harness.DirectoryTree;
import io.tokenledger.it.harness.ForwarderSetup;
import io.tokenledger.it.harness.JavaProcess;
import io.tokenledger.it.harness.Jdks;
import io.tokenledger.it.harness.PostgresServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/**
 * Thousands of processes that make a call or two and end, by themselves or by a kill at a random
 * moment, while a forwarder with little memory follows and deletes what is drained. Afterwards the
 * ledger is held against what the provider sent. Run by {@code it-tests/short-lived}.
 */
final class ShortLived implements AutoCloseable {
  private static final int AT_A_TIME = 2;
  private static final int LONGEST_LIFE_MILLIS = 1_500;
  private static final int LONGEST_AFTER_ANSWER_MILLIS = 40;
  private static final Duration AT_MOST = Duration.ofSeconds(120);
  private static final String[] CHEAP = {
    "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx32m", "-Xshare:auto"
  };

  private final Jdks.Jdk jdk = Jdks.current();
  private final PrintStream log;
  private final AccountedProvider provider = AccountedProvider.start();
  private final PostgresServer postgres;
  private final ForwarderSetup forwarder;
  private final JavaProcess run;
  private final Footprint footprint;
  private final String javaagent;
  private final Path jar;
  private final Path archive;
  private final List<Life> lives = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger next = new AtomicInteger();

  ShortLived(Path directory, PrintStream log) throws Exception {
    this.log = log;
    AgentSetup agent = new AgentSetup(directory, "short").endpoints(provider.provider());
    this.javaagent = agent.javaagent();
    this.postgres = PostgresServer.start(directory.resolve("postgres"));
    this.forwarder =
        new ForwarderSetup(directory, agent.queueDirectory(), postgres.settings())
            .keep("5s")
            .with("http: { port: 0 }")
            .environment(Map.of("JDK_JAVA_OPTIONS", "-Xmx128m"));
    this.run = forwarder.start(jdk, "run");
    run.awaitLine("http: ", AT_MOST);
    this.footprint = new Footprint(agent.queueDirectory(), run.pid());
    this.jar = jar(directory.resolve("short.jar"));
    this.archive = directory.resolve("short.jsa");
    dumpArchive();
  }

  /** Lets them live and die; what the ledger says of it. */
  Audit live(int processes, long seed) throws Exception {
    long start = System.nanoTime();
    ExecutorService pool = Executors.newFixedThreadPool(AT_A_TIME);
    List<Future<?>> workers = new ArrayList<>();
    for (int i = 0; i < AT_A_TIME; i++) {
      Random random = new Random(seed + i);
      workers.add(pool.submit(() -> work(processes, random, start)));
    }
    pool.shutdown();
    for (Future<?> worker : workers) {
      worker.get();
    }
    run.awaitUntil("all sources drained and deleted", AT_MOST, () -> footprint.sources() == 0);
    run.terminate();
    if (run.exitCode(AT_MOST) != 0) {
      throw new AssertionError(run.transcript());
    }
    forwarder.done("drain");
    say(start, footprint.peaks() + " directories left half made=" + footprint.halfMade());
    try (Connection connection = forwarder.connect()) {
      return Audit.of(connection, provider.answered(), lives);
    }
  }

  Footprint footprint() {
    return footprint;
  }

  @Override
  public void close() {
    lives.forEach(life -> life.process().close());
    run.close();
    provider.close();
    postgres.close();
  }

  private Void work(int processes, Random random, long start) {
    for (int number = next.incrementAndGet();
        number <= processes;
        number = next.incrementAndGet()) {
      int calls = 1 + random.nextInt(2);
      int fate = random.nextInt(10);
      Life life = begin(number, calls, fate < 4 ? "return" : fate < 7 ? "exit" : "stay");
      if (fate < 7) {
        int exit = life.process().exitCode(AT_MOST);
        life.ends(Life.End.ORDERLY, false);
        if (exit != 0) {
          throw new AssertionError(life + " ended with " + exit + life.process().transcript());
        }
      } else {
        kill(life, random, fate == 7);
      }
      if (number % 50 == 0) {
        footprint.look();
      }
      if (number % 500 == 0) {
        say(start, number + " processes, " + footprint);
      }
    }
    return null;
  }

  /** At any moment of its life, or shortly after an answer. */
  private static void kill(Life life, Random random, boolean anywhere) {
    if (!anywhere) {
      life.process().awaitLine("ok", AT_MOST);
    }
    int millis = random.nextInt(anywhere ? LONGEST_LIFE_MILLIS : LONGEST_AFTER_ANSWER_MILLIS);
    long end = System.nanoTime() + millis * 1_000_000L;
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
    life.ends(Life.End.KILLED, false);
    life.process().kill();
  }

  private Life begin(int number, int calls, String end) {
    Life life =
        new Life(
            "short",
            number,
            JavaProcess.on(jdk)
                .jvm(CHEAP)
                .jvm("-XX:SharedArchiveFile=" + archive, javaagent)
                .main(
                    jar.toString(),
                    ShortMain.class.getName(),
                    provider.chat(),
                    String.valueOf(number * Life.NUMBERS),
                    String.valueOf(calls),
                    end)
                .start());
    lives.add(life);
    return life;
  }

  /** The JDK's HTTP client, loaded in half the time: it is not what is tested. */
  private void dumpArchive() {
    try (AccountedProvider other = AccountedProvider.start();
        JavaProcess once =
            JavaProcess.on(jdk)
                .jvm(CHEAP)
                .jvm("-XX:ArchiveClassesAtExit=" + archive)
                .main(jar.toString(), ShortMain.class.getName(), other.chat(), "0", "2", "return")
                .start()) {
      once.exitCode(AT_MOST);
    }
  }

  /** An archive takes classes from jars alone. */
  private static Path jar(Path file) throws IOException {
    String name = ShortMain.class.getName().replace('.', '/') + ".class";
    try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file));
        InputStream bytes = ShortMain.class.getResourceAsStream("/" + name)) {
      jar.putNextEntry(new JarEntry(name));
      bytes.transferTo(jar);
    }
    return file;
  }

  private void say(long start, String what) {
    log.printf("[short-lived] %.0f s %s%n", (System.nanoTime() - start) / 1e9, what);
  }

  /** Arguments: processes, and optionally a seed. */
  public static void main(String[] args) throws Exception {
    int processes = Integer.parseInt(args[0]);
    long seed = args.length > 1 ? Long.parseLong(args[1]) : System.nanoTime();
    Path directory = Files.createTempDirectory("short-lived-");
    System.out.println("[short-lived] seed " + seed + ", " + processes + " processes");
    Audit audit;
    try (ShortLived run = new ShortLived(directory, System.out)) {
      audit = run.live(processes, seed);
    }
    System.out.println("[short-lived] " + audit.summary());
    audit.unexplained().forEach(System.out::println);
    DirectoryTree.delete(directory);
    System.exit(audit.unexplained().isEmpty() ? 0 : 1);
  }
}
