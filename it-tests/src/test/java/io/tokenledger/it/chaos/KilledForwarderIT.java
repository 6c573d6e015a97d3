package io.tokenledger.it.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.forwarder.store.PostgresExtension;
import io.tokenledger.forwarder.store.PostgresSettings;
import io.tokenledger.it.harness.AccountedLedger;
import io.tokenledger.it.harness.AccountedProvider;
import io.tokenledger.it.harness.AgentSetup;
import io.tokenledger.it.harness.ForwarderSetup;
import io.tokenledger.it.harness.JavaProcess;
import io.tokenledger.it.harness.Jdks;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} of the forwarder at random moments, again and again, while an application goes on
 * calling: start-up, migration, reading, COPY, commit. {@code -Dchaos.calls=20000} makes it long,
 * {@code -Dchaos.seed=...} repeats the moments.
 */
@ExtendWith(PostgresExtension.class)
class KilledForwarderIT {
  private static final int CALLS = Integer.getInteger("chaos.calls", 600);
  private static final int PER_SECOND = Integer.getInteger("chaos.rate", 80);
  private static final long SEED = Long.getLong("chaos.seed", System.nanoTime());
  private static final Duration LONGEST_LIFE = Duration.ofSeconds(4);
  private static final Duration AT_MOST = Duration.ofSeconds(60);

  @TempDir Path directory;

  @Test
  void leavesEveryAnswerInTheLedgerOnceHoweverOftenTheForwarderIsKilled(PostgresSettings postgres)
      throws Exception {
    Random random = new Random(SEED);
    int kills = 0;
    try (AccountedProvider provider = AccountedProvider.start();
        JavaProcess load =
            new Load(CALLS, PER_SECOND).start(Jdks.current(), agent(provider), provider)) {
      ForwarderSetup forwarder = forwarder(postgres);
      while (load.isAlive()) {
        try (JavaProcess run = forwarder.start(Jdks.current(), "run")) {
          waitFor(Duration.ofMillis(random.nextInt((int) LONGEST_LIFE.toMillis())));
          assertThat(run.isAlive()).as(run.transcript()).isTrue();
          run.kill();
          kills++;
        }
      }
      assertThat(load.exitCode(AT_MOST)).as(load.transcript()).isZero();

      forwarder.done("drain");

      System.out.println("[chaos] seed=" + SEED + " kills=" + kills + " calls=" + CALLS);
      assertThat(provider.answered()).hasSize(CALLS);
      assertThat(kills).as("kills with seed %s", SEED).isPositive();
      AccountedLedger.assertSame(forwarder, provider);
    }
  }

  @Test
  void countsNothingTwiceWhenTwoForwardersFollowTheSameDirectory(PostgresSettings postgres)
      throws SQLException {
    ForwarderSetup forwarder = forwarder(postgres);
    try (AccountedProvider provider = AccountedProvider.start();
        JavaProcess one = forwarder.start(Jdks.current(), "run");
        JavaProcess other = forwarder.start(Jdks.current(), "run")) {
      one.awaitLine("http: ", AT_MOST);
      other.awaitLine("http: ", AT_MOST);
      AgentSetup agent = agent(provider);
      try (JavaProcess load = new Load(300, 100).start(Jdks.current(), agent, provider);
          JavaProcess second = new Load(300, 100, 300).start(Jdks.current(), agent, provider)) {
        assertThat(load.exitCode(AT_MOST)).as(load.transcript()).isZero();
        assertThat(second.exitCode(AT_MOST)).as(second.transcript()).isZero();
        assertThat(load.err()).isEmpty();
        assertThat(second.err()).isEmpty();
      }

      AccountedLedger.awaitRows(forwarder, 600, AT_MOST, one, other);
      one.terminate();
      other.terminate();

      assertThat(one.exitCode(AT_MOST)).as(one.transcript()).isZero();
      assertThat(other.exitCode(AT_MOST)).as(other.transcript()).isZero();
      AccountedLedger.assertSame(forwarder, provider);
    }
  }

  private AgentSetup agent(AccountedProvider provider) {
    return new AgentSetup(directory, "load").endpoints(provider.provider());
  }

  private ForwarderSetup forwarder(PostgresSettings postgres) {
    return new ForwarderSetup(directory, directory.resolve("queue"), postgres)
        .with("http: { port: 0 }");
  }

  /** The moment of the kill is what is random here, so it is waited for, not polled. */
  private static void waitFor(Duration life) {
    long end = System.nanoTime() + life.toNanos();
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }
}
