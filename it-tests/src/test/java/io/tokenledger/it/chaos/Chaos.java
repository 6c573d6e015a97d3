package io.tokenledger.it.chaos;

import io.tokenledger.it.harness.DirectoryTree;
import io.tokenledger.it.harness.JavaProcess;
import io.tokenledger.it.harness.Jdks;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * Disturbs a small installation under load, in rounds, and holds the ledger against what the
 * provider sent. Order, victims and moments come from a seed; what they hit depends on the machine
 * as well. Not thread-safe.
 */
final class Chaos implements AutoCloseable {
  /** Every disturbance has its turn within five rounds. */
  private static final int A_ROUND = 4;

  /** Rounds until everything ends in order, is drained and audited. */
  private static final int ROUNDS_BETWEEN_AUDITS = 5;

  /** How many calls each service makes undisturbed between two rounds. */
  private static final int CALLS_A_ROUND = 10;

  private static final int LONGEST_PAUSE_MILLIS = 600;
  private static final Duration AT_MOST = Duration.ofSeconds(60);
  private static final int KIBIBYTES_A_ROUND = 8 * 1024;

  /** To either side: less and more than what is booked elsewhere, and into another month. */
  private static final List<Duration> JUMPS =
      List.of(Duration.ofSeconds(90), Duration.ofHours(2), Duration.ofDays(3), Duration.ofDays(40));

  private final Random random;
  private final PrintStream log;
  private final ChaosWorld world;
  private final Deck deck;
  private final long start = System.nanoTime();
  private int renamed;

  Chaos(Jdks.Jdk jdk, Path directory, int rounds, long seed, PrintStream log) {
    this.random = new Random(seed);
    this.log = log;
    say("seed " + seed + ", " + rounds + " rounds, " + jdk);
    this.world = new ChaosWorld(jdk, directory, Math.max(rounds, 5) * KIBIBYTES_A_ROUND);
    this.deck = new Deck(possible(), random);
  }

  /** Runs that many rounds; the last audit. */
  Audit run(int rounds) throws Exception {
    Audit audit = null;
    world.prepare();
    for (int round = 1; round <= rounds; round++) {
      round(round);
      if (round % ROUNDS_BETWEEN_AUDITS == 0 || round == rounds) {
        settle();
        audit = audit();
        say(audit.summary());
        say(
            "forwarders stood still for longer than their lease: "
                + world.forwarders().stream().mapToInt(ForwarderSlot::outlastedLeases).sum());
        if (!audit.unexplained().isEmpty()) {
          return audit;
        }
      }
    }
    return audit;
  }

  @Override
  public void close() {
    world.close();
  }

  private void round(int round) {
    world.mend();
    for (int i = 0; i < A_ROUND; i++) {
      pause();
      Disturbance next = deck.next();
      say("round " + round + ": " + next + " " + disturb(next));
      if (random.nextBoolean()) {
        pause();
        world.mend();
      }
    }
    pause();
    world.mend();
    awaitLoad();
  }

  /** What happened, for the log. */
  private String disturb(Disturbance what) {
    Service service = world.services().get(random.nextInt(world.services().size()));
    ForwarderSlot forwarder = world.forwarders().get(random.nextInt(world.forwarders().size()));
    switch (what) {
      case KILL_APPLICATION, KILL_APPLICATION_AGAIN -> {
        if (service.isRunning()) {
          service.kill(world.wasDiskFullJustNow());
        }
        return service.name();
      }
      case TERMINATE_APPLICATION -> {
        if (service.isRunning()) {
          service.terminate(world.isDiskFull());
        }
        return service.name();
      }
      case KILL_FORWARDER -> {
        forwarder.kill();
        return forwarder.toString();
      }
      case KILL_BOTH_FORWARDERS -> {
        world.forwarders().forEach(ForwarderSlot::kill);
        return "";
      }
      case TERMINATE_FORWARDER -> {
        forwarder.terminate();
        return forwarder.toString();
      }
      case STALL_FORWARDER -> {
        forwarder.stall();
        return forwarder.toString();
      }
      case CRASH_POSTGRES, STOP_POSTGRES -> {
        if (world.postgres().isRunning()) {
          world.stopPostgres(what == Disturbance.CRASH_POSTGRES ? "immediate" : "fast");
        }
        return "";
      }
      case COPY_POSTGRES -> {
        if (world.postgres().isRunning()) {
          world.copyPostgres();
        }
        return "";
      }
      case RESTORE_POSTGRES -> {
        world.restorePostgres();
        return "";
      }
      case FILL_DISK, FILL_DISK_AGAIN -> {
        world.fillDisk();
        return "";
      }
      case MOVE_APPLICATION_CLOCK -> {
        Duration distance = distance();
        world.applicationClock().orElseThrow().by(distance);
        return distance.toString();
      }
      case MOVE_FORWARDER_CLOCK -> {
        Duration distance = distance();
        world.forwarderClock().orElseThrow().by(distance);
        return distance.toString();
      }
      case RENAME_SOURCE -> {
        return abandoned().map(this::rename).orElse("nothing");
      }
      case COPY_SOURCE -> {
        return abandoned().map(this::copy).orElse("nothing");
      }
      default -> throw new IllegalStateException(what.name());
    }
  }

  private Duration distance() {
    Duration jump = JUMPS.get(random.nextInt(JUMPS.size()));
    return random.nextBoolean() ? jump : jump.negated();
  }

  /** A source whose process ended, one that is not far back. */
  private Optional<Path> abandoned() {
    List<Life> ended =
        world.services().stream()
            .flatMap(service -> service.lives().stream())
            .filter(life -> life.end() != Life.End.NONE)
            .sorted(Comparator.comparingLong(Life::endNanos))
            .toList();
    List<Path> sources = ended.stream().flatMap(life -> world.directoryOf(life).stream()).toList();
    if (sources.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        sources.get(sources.size() - 1 - random.nextInt(Math.min(sources.size(), 3))));
  }

  private String rename(Path source) {
    Path to = world.queue().resolve("renamed-" + ++renamed);
    try {
      Files.move(source, to);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return source.getFileName() + " to " + to.getFileName();
  }

  private String copy(Path source) {
    if (world.isDiskFull()) {
      return "not on a full disk";
    }
    Path to = world.queue().resolve(".new-copy-" + ++renamed);
    DirectoryTree.copy(source, to);
    try {
      Files.move(to, world.queue().resolve("copied-" + renamed));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return source.getFileName() + " to copied-" + renamed;
  }

  /** Each service has its say once all is mended: a round without load would prove nothing. */
  private void awaitLoad() {
    for (Service service : world.services()) {
      int before = service.now().calls().size();
      service
          .now()
          .process()
          .awaitUntil(
              "calls of " + service.now(),
              AT_MOST,
              () -> service.now().calls().size() > before + CALLS_A_ROUND);
    }
  }

  private void settle() {
    for (Service service : world.services()) {
      if (random.nextBoolean()) {
        service.stop(false);
      } else {
        service.terminate(false);
      }
    }
    world.forwarders().forEach(ForwarderSlot::terminate);
    world.forwarder("commands").done("drain");
  }

  private Audit audit() throws SQLException {
    Audit audit;
    try (Connection ledger = world.forwarder("commands").connect()) {
      audit =
          Audit.of(
              ledger,
              world.provider().answered(),
              world.services().stream().flatMap(service -> service.lives().stream()).toList());
    }
    try (JavaProcess verify = world.forwarder("commands").start(world.jdk(), "verify")) {
      if (verify.exitCode(AT_MOST) != 0) {
        audit.alsoUnexplained("verify: " + verify.transcript());
      }
    }
    return audit;
  }

  private List<Disturbance> possible() {
    Set<Disturbance> possible = EnumSet.allOf(Disturbance.class);
    if (world.disk().isEmpty()) {
      say("left out: a full disk (needs Linux and root, to mount a tmpfs)");
      possible.remove(Disturbance.FILL_DISK);
      possible.remove(Disturbance.FILL_DISK_AGAIN);
    }
    if (world.applicationClock().isEmpty()) {
      say("left out: clock jumps (need libfaketime)");
      possible.remove(Disturbance.MOVE_APPLICATION_CLOCK);
      possible.remove(Disturbance.MOVE_FORWARDER_CLOCK);
    }
    return List.copyOf(possible);
  }

  private void pause() {
    long end = System.nanoTime() + random.nextInt(LONGEST_PAUSE_MILLIS) * 1_000_000L;
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }

  private void say(String what) {
    log.printf("[chaos] %6.1f s %s%n", (System.nanoTime() - start) / 1e9, what);
  }

  /** Arguments: rounds, and optionally a seed. Run by {@code it-tests/chaos}. */
  public static void main(String[] args) throws Exception {
    int rounds = Integer.parseInt(args[0]);
    long seed = args.length > 1 ? Long.parseLong(args[1]) : System.nanoTime();
    Path directory = Files.createTempDirectory("chaos-");
    Audit audit;
    try (Chaos chaos = new Chaos(Jdks.current(), directory, rounds, seed, System.out)) {
      audit = chaos.run(rounds);
      if (!audit.unexplained().isEmpty()) {
        DirectoryTree.copy(chaos.world.queue(), directory.resolve("queue-kept"));
      }
    }
    audit.unexplained().forEach(System.out::println);
    if (audit.unexplained().isEmpty()) {
      DirectoryTree.delete(directory);
    } else {
      System.out.println("left for a look: " + directory);
    }
    System.exit(audit.unexplained().isEmpty() ? 0 : 1);
  }
}
