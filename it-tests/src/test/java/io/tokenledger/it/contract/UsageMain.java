package io.tokenledger.it.contract;

import java.util.List;

/**
 * The application of the tests that ask streams for usage: goes through all scenarios with one
 * client and prints a line for each. Arguments: the client, then the addresses of {@link
 * UsageProvider}.
 */
public final class UsageMain {
  private UsageMain() {}

  public static void main(String[] args) {
    ContractClient client = ContractMain.client(args[0]);
    List<String> addresses = List.of(args).subList(1, args.length);
    for (UsageScenario scenario : UsageScenario.values()) {
      String observed = scenario.observe(client, UsageProvider.url(scenario, addresses));
      System.out.println(scenario + "\t" + observed);
    }
    System.exit(0);
  }
}
