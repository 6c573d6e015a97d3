package io.tokenledger.it.contract;

import io.tokenledger.it.contract.ContractRun.Client;
import io.tokenledger.it.harness.Jdks;
import java.util.Map;
import java.util.TreeMap;

/** A line for each client: on which JDK how many of its tests passed. Used by one thread. */
final class ContractSummary {
  private final Map<String, Map<Integer, int[]>> clients = new TreeMap<>();

  void started(Client client, Jdks.Jdk jdk) {
    counts(client, jdk)[1]++;
  }

  void passed(Client client, Jdks.Jdk jdk) {
    counts(client, jdk)[0]++;
  }

  void print() {
    clients.forEach(
        (client, jdks) -> {
          StringBuilder line = new StringBuilder("Contract of " + client + ":");
          jdks.forEach(
              (feature, passed) ->
                  line.append(line.charAt(line.length() - 1) == ':' ? " " : ", ")
                      .append(passed[0] + " of " + passed[1] + " on JDK " + feature));
          System.out.println(line);
        });
  }

  private int[] counts(Client client, Jdks.Jdk jdk) {
    return clients
        .computeIfAbsent(client.toString(), any -> new TreeMap<>())
        .computeIfAbsent(jdk.feature(), any -> new int[2]);
  }
}
