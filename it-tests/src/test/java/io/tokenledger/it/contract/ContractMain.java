package io.tokenledger.it.contract;

import java.util.TreeSet;

/**
 * The application of the contract suite: goes through all scenarios with one client and prints a
 * line for each, name and observation with a tab between them, then its threads. Arguments: the
 * client, the address of the provider, that of its HTTP/2 twin, and one where nobody listens.
 */
public final class ContractMain {
  /** Threads that the JDK keeps for its virtual threads and connections, now and then. */
  private static final String OF_THE_JDK = "ForkJoinPool.*|.*Poller.*|VirtualThread.*|Keep-Alive.*";

  private ContractMain() {}

  public static void main(String[] args) throws Exception {
    ContractClient client = client(args[0]);
    for (Scenario scenario : Scenario.values()) {
      String url = ContractProvider.url(scenario, args[1], args[2], args[3]);
      System.out.println(scenario + "\t" + scenario.observe(client, url));
    }
    System.out.println("THREADS\t" + threads());
    System.exit(0);
  }

  private static ContractClient client(String name) {
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
    names.removeIf(name -> name.matches(OF_THE_JDK));
    return names;
  }
}
