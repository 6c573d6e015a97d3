package io.tokenledger.it.chaos;

import io.tokenledger.it.harness.AccountedProvider;
import io.tokenledger.it.harness.AgentSetup;
import io.tokenledger.it.harness.DirectoryTree;
import io.tokenledger.it.harness.ForwarderSetup;
import io.tokenledger.it.harness.Jdks;
import io.tokenledger.it.harness.MovedClock;
import io.tokenledger.it.harness.PostgresServer;
import io.tokenledger.it.harness.Reply;
import io.tokenledger.it.harness.Request;
import io.tokenledger.it.harness.SmallDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A small installation: three services with the agent on one volume, two forwarders that follow it,
 * one Postgres, a fake provider. Not thread-safe.
 */
final class ChaosWorld implements AutoCloseable {
  /** A whole usage report, and yet a record big enough that a full disk is felt at once. */
  private static final int FILLER = 12_000;

  /** They start often, and each starts in half the time. */
  private static final Map<String, String> CHEAP =
      Map.of("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx128m");

  /** After a refusal an agent tries a queue that is not open again after a second. */
  private static final long RETRY_NANOS = 1_500_000_000L;

  private static final int STALL_AFTER_BYTES = 150;
  private static final Duration STALL = Duration.ofMillis(300);

  private final Jdks.Jdk jdk;
  private final Path directory;
  private final Path queue;
  private final Optional<SmallDisk> disk;
  private final Optional<MovedClock> applicationClock;
  private final Optional<MovedClock> forwarderClock;
  private final PostgresServer postgres;
  private final AccountedProvider provider = AccountedProvider.start(ChaosWorld::manner);
  private final List<Service> services;
  private final List<ForwarderSlot> forwarders;
  private int lives;
  private boolean diskFull;
  private long emptiedNanos = System.nanoTime() - RETRY_NANOS;

  /**
   * @param diskKibibytes size of the volume, where one can be mounted
   */
  ChaosWorld(Jdks.Jdk jdk, Path directory, int diskKibibytes) {
    this.jdk = jdk;
    this.directory = directory;
    this.queue = make(directory.resolve("queue"));
    this.applicationClock = MovedClock.in(directory.resolve("application.clock"));
    this.forwarderClock = MovedClock.in(directory.resolve("forwarder.clock"));
    this.postgres = PostgresServer.start(directory.resolve("postgres"));
    this.disk = SmallDisk.mount(queue, diskKibibytes);
    this.services =
        List.of(
            new Service("checkout", "jdk", 20, 0, null),
            new Service("search", "okhttp", 40, FILLER, null),
            new Service("travel", "jdk", 20, 0, applicationClock.orElse(null)));
    ForwarderSetup second = forwarder("second");
    forwarderClock.ifPresent(clock -> second.environment(clock.environment()));
    this.forwarders =
        List.of(
            new ForwarderSlot("first", jdk, forwarder("first")),
            new ForwarderSlot("second", jdk, second));
  }

  /**
   * Makes the schema and the first copy of it; not in the constructor, so that a failure closes.
   */
  void prepare() {
    forwarder("commands").done("migrate");
    postgres.keepBase();
  }

  Jdks.Jdk jdk() {
    return jdk;
  }

  Optional<SmallDisk> disk() {
    return disk;
  }

  Optional<MovedClock> applicationClock() {
    return applicationClock;
  }

  Optional<MovedClock> forwarderClock() {
    return forwarderClock;
  }

  PostgresServer postgres() {
    return postgres;
  }

  AccountedProvider provider() {
    return provider;
  }

  List<Service> services() {
    return services;
  }

  List<ForwarderSlot> forwarders() {
    return forwarders;
  }

  Path queue() {
    return queue;
  }

  boolean isDiskFull() {
    return diskFull;
  }

  /** Whether a process may not have found out yet that there is room again, nor told its gap. */
  boolean wasDiskFullJustNow() {
    return diskFull || System.nanoTime() - emptiedNanos < RETRY_NANOS;
  }

  void fillDisk() {
    disk.ifPresent(SmallDisk::fill);
    diskFull = true;
  }

  void emptyDisk() {
    disk.ifPresent(SmallDisk::empty);
    diskFull = false;
    emptiedNanos = System.nanoTime();
  }

  /** A forwarder with a configuration of its own, for the commands that need none running. */
  ForwarderSetup forwarder(String name) {
    return new ForwarderSetup(make(directory.resolve(name)), queue, postgres.settings())
        .environment(CHEAP)
        .with("http: { port: 0 }");
  }

  void stopPostgres(String mode) {
    forwarders.forEach(ForwarderSlot::postgresIsAway);
    postgres.stop(mode);
  }

  void copyPostgres() {
    forwarders.forEach(ForwarderSlot::postgresIsAway);
    postgres.keepBase();
  }

  void restorePostgres() {
    forwarders.forEach(ForwarderSlot::postgresIsAway);
    postgres.restoreBase();
  }

  /** Puts right what was broken: Postgres, disk, processes. */
  void mend() {
    if (!postgres.isRunning()) {
      postgres.start();
    }
    if (diskFull) {
      emptyDisk();
    }
    services.stream().filter(service -> !service.isRunning()).forEach(this::start);
    forwarders.forEach(ForwarderSlot::ensure);
  }

  /** The queue directory of a process that ended, if it has one. */
  Optional<Path> directoryOf(Life life) {
    String pid = "\"pid\":" + life.pid() + ",";
    return DirectoryTree.children(queue).stream()
        .filter(source -> description(source).replace(" ", "").contains(pid))
        .findFirst();
  }

  @Override
  public void close() {
    services.forEach(Service::close);
    forwarders.forEach(ForwarderSlot::close);
    provider.close();
    postgres.close();
    disk.ifPresent(SmallDisk::close);
    applicationClock.ifPresent(MovedClock::close);
    forwarderClock.ifPresent(MovedClock::close);
  }

  private void start(Service service) {
    Path own = make(directory.resolve(service.name()));
    AgentSetup agent =
        new AgentSetup(own, service.name(), queue, "0B").endpoints(provider.provider());
    service.start(jdk, agent, provider, () -> ++lives);
  }

  /** Some streams take their time, so that they are open when something happens. */
  private static Reply manner(Request request, Reply reply) {
    int number = Integer.parseInt(request.headers().get("x-call"));
    return number % 9 == 0 ? reply.stallingAfter(STALL_AFTER_BYTES, STALL) : reply;
  }

  private static String description(Path source) {
    try {
      return Files.readString(source.resolve("source.json"));
    } catch (IOException none) {
      return "";
    }
  }

  private static Path make(Path directory) {
    try {
      return Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
