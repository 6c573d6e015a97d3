package io.tokenledger.it.overhead;

import io.tokenledger.it.harness.AgentSetup;
import io.tokenledger.it.harness.FakeProvider;
import io.tokenledger.it.harness.Jdks;
import io.tokenledger.it.harness.ReplayProvider;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What an application pays that is not a matter of nanoseconds: start, classes, first exchange,
 * exit, memory, threads; without an agent, with an empty one, with ours, and with OpenTelemetry's
 * where its jar is given. Run by {@code it-tests/overhead}; prints one table a JDK.
 */
public final class StartUp {
  private StartUp() {}

  /** Arguments: rounds, and the OpenTelemetry agent's jar (optional). */
  public static void main(String[] args) throws Exception {
    int rounds = Integer.parseInt(args[0]);
    for (Jdks.Jdk jdk : Jdks.all()) {
      Path directory = Files.createTempDirectory("overhead");
      try (FakeProvider provider = ReplayProvider.start()) {
        AgentSetup setup = new AgentSetup(directory, "overhead").endpoints(provider);
        Measures measures =
            new Measures(jdk)
                .variant("no agent")
                .variant("empty agent", "-javaagent:" + EmptyAgent.jar(directory))
                .variant("tokenledger", setup.javaagent());
        if (args.length > 1) {
          measures.variant(
              "opentelemetry",
              "-javaagent:" + args[1],
              "-Dotel.traces.exporter=none",
              "-Dotel.metrics.exporter=none",
              "-Dotel.logs.exporter=none");
        }
        round(measures, provider);
        measures.clear();
        for (int round = 0; round < rounds; round++) {
          round(measures, provider);
        }
        System.out.println(measures.table());
      }
    }
  }

  private static void round(Measures measures, FakeProvider provider) {
    String metered = provider.url() + "/openai/v1/chat/completions";
    String other = provider.url() + "/elsewhere";
    measures.run("trivial main", Trivial.class);
    measures.run("two calls", FirstExchange.class, metered, other);
    measures.run("a call and a second", AfterExchanges.class, metered);
    measures.run("5,000 classes", ManyClasses.class);
  }
}
