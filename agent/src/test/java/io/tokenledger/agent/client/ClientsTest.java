package io.tokenledger.agent.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.agent.rewrite.ClientRewriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ClientsTest {
  static String[] names() {
    return Clients.names();
  }

  @ParameterizedTest
  @MethodSource("names")
  void namesTheClassesThatTheTapsRewritersName(String client) {
    ClientTap tap = Clients.tap(client);

    assertThat(tap.name()).isEqualTo(client);
    assertThat(Clients.classNames(client))
        .containsExactlyInAnyOrder(
            tap.rewriters().stream().map(ClientRewriter::className).toArray(String[]::new));
  }
}
