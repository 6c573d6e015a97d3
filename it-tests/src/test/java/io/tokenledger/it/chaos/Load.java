package io.tokenledger.it.chaos;

import io.tokenledger.it.harness.AccountedProvider;
import io.tokenledger.it.harness.AgentSetup;
import io.tokenledger.it.harness.Jars;
import io.tokenledger.it.harness.JavaProcess;
import io.tokenledger.it.harness.Jdks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@link LoadMain} shall do.
 *
 * @param calls how many calls
 * @param perSecond at which rate
 * @param first number of the first call, so that several applications can call one provider
 */
public record Load(int calls, int perSecond, int first) {
  private static final int THREADS = 8;

  public Load(int calls, int perSecond) {
    this(calls, perSecond, 0);
  }

  /** Starts it with the agent. */
  public JavaProcess start(Jdks.Jdk jdk, AgentSetup agent, AccountedProvider provider) {
    return start(jdk, agent, provider, null);
  }

  /**
   * Starts it with the agent.
   *
   * @param ends file for the ends of the responses, or null
   */
  public JavaProcess start(Jdks.Jdk jdk, AgentSetup agent, AccountedProvider provider, Path ends) {
    List<String> arguments = new ArrayList<>();
    arguments.add(provider.chat());
    for (int number : new int[] {calls, perSecond, THREADS, first}) {
      arguments.add(String.valueOf(number));
    }
    if (ends != null) {
      arguments.add(ends.toString());
    }
    return JavaProcess.on(jdk)
        .jvm(agent.javaagent())
        .main(
            Jars.applicationClassPath(), LoadMain.class.getName(), arguments.toArray(new String[0]))
        .start();
  }
}
