package io.tokenledger.agent.client;

import io.tokenledger.agent.client.jdk.JdkTap;
import io.tokenledger.agent.client.okhttp.OkHttpTap;
import java.util.List;

/** Every client that the agent knows. Adding one is one package and one line here. */
public final class Clients {
  private Clients() {}

  public static List<ClientTap> all() {
    return List.of(new JdkTap(), new OkHttpTap());
  }
}
