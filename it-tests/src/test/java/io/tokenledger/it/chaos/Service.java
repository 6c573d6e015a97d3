package io.tokenledger.it.chaos;

import io.tokenledger.it.harness.AccountedProvider;
import io.tokenledger.it.harness.AgentSetup;
import io.tokenledger.it.harness.Jars;
import io.tokenledger.it.harness.JavaProcess;
import io.tokenledger.it.harness.Jdks;
import io.tokenledger.it.harness.MovedClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;

/** An application that is started again and again, each time as a new process. Not thread-safe. */
final class Service implements AutoCloseable {
  private static final Duration AT_MOST = Duration.ofSeconds(60);

  private final String name;
  private final String client;
  private final int perSecond;
  private final int filler;
  private final MovedClock clock;
  private final List<Life> lives = new ArrayList<>();

  /**
   * @param client {@code jdk} or {@code okhttp}
   * @param filler bytes by which its records are longer
   * @param clock the clock it lives by, or null for the machine's
   */
  Service(String name, String client, int perSecond, int filler, MovedClock clock) {
    this.name = name;
    this.client = client;
    this.perSecond = perSecond;
    this.filler = filler;
    this.clock = clock;
  }

  String name() {
    return name;
  }

  List<Life> lives() {
    return lives;
  }

  boolean isRunning() {
    return !lives.isEmpty() && now().end() == Life.End.NONE;
  }

  /** The latest of its processes. */
  Life now() {
    return lives.get(lives.size() - 1);
  }

  /** Starts it, with the next number that no other process had. */
  void start(Jdks.Jdk jdk, AgentSetup agent, AccountedProvider provider, IntSupplier numbers) {
    int number = numbers.getAsInt();
    JavaProcess.Builder builder =
        JavaProcess.on(jdk)
            .jvm(agent.javaagent(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx64m");
    if (clock != null) {
      clock.environment().forEach(builder::environment);
    }
    JavaProcess process =
        builder
            .main(
                Jars.applicationClassPath(),
                SteadyMain.class.getName(),
                client,
                provider.chat(),
                String.valueOf(perSecond),
                String.valueOf(number * Life.NUMBERS),
                String.valueOf(filler))
            .start();
    lives.add(new Life(name, number, process));
  }

  void kill(boolean diskFull) {
    now().ends(Life.End.KILLED, diskFull);
    now().process().kill();
  }

  /** SIGTERM; fails when the process takes too long to end. */
  void terminate(boolean diskFull) {
    now().ends(Life.End.TERMINATED, diskFull);
    now().process().terminate();
    now().process().exitCode(AT_MOST);
  }

  /** Lets it finish its calls and end by itself. */
  void stop(boolean diskFull) {
    now().process().send("stop");
    int exit = now().process().exitCode(AT_MOST);
    now().ends(Life.End.ORDERLY, diskFull);
    if (exit != 0) {
      throw new AssertionError(name + " ended with " + exit + "\n" + now().process().transcript());
    }
  }

  @Override
  public void close() {
    lives.forEach(life -> life.process().close());
  }
}
