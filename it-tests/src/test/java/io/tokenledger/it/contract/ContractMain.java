package io.tokenledger.it.contract;

import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;

/**
 * The application of the contract suite: goes through all scenarios with one client and prints a
 * line for each, name, time and observation with tabs between them, then its threads. It ends, and
 * collects garbage until then, when it is told to by its input. Arguments: the client, the address
 * of the provider, that of its HTTP/2 twin, one where nobody listens, and that of the provider over
 * TLS.
 */
public final class ContractMain {
  /** Threads that the JDK keeps for its virtual threads and connections, now and then. */
  private static final String OF_THE_JDK = "ForkJoinPool.*|.*Poller.*|VirtualThread.*|Keep-Alive.*";

  /**
   * Threads of the clients that come and go with the moment: OkHttp 5 connects and closes on one
   * each, and asynchronous Apache starts its scheduler when it first puts a repetition off.
   */
  private static final String OF_THE_CLIENTS = "OkHttp .*|Scheduled-executor-N";

  private ContractMain() {}

  public static void main(String[] args) throws Exception {
    ContractClient client = client(args[0]);
    List<String> addresses = List.of(args).subList(1, 5);
    for (Scenario scenario : Scenario.values()) {
      Instant started = Instant.now();
      String observed = scenario.observe(client, ContractProvider.url(scenario, addresses));
      System.out.println(scenario + "\t" + started + "\t" + observed);
    }
    System.out.println("THREADS\t" + Instant.now() + "\t" + threads());
    while (System.in.available() == 0) {
      System.gc();
      LockSupport.parkNanos(20_000_000);
    }
    System.exit(0);
  }

  static ContractClient client(String name) {
    return switch (name) {
      case "okhttp" -> new OkHttpContract();
      case "jdk" -> new JdkContract();
      case "apache5" -> new Apache5Contract();
      case "apache5-async" -> new Apache5AsyncContract();
      default -> throw new IllegalArgumentException("no client " + name);
    };
  }

  /** Names without numbers, each once: pools differ in size from run to run. */
  private static TreeSet<String> threads() {
    TreeSet<String> names = new TreeSet<>();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      names.add(thread.getName().replaceAll("\\d+", "N"));
    }
    names.removeIf(name -> name.matches(OF_THE_JDK) || name.matches(OF_THE_CLIENTS));
    return names;
  }
}
