package io.tokenledger.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfigurationPageTest {
  @Test
  void explainsEveryKey() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "configuration.md"));
    List<String> keys = new ArrayList<>(List.of(ConfigKeys.SCALARS));
    for (String client : ConfigKeys.CLIENTS) {
      keys.add("clients." + client);
    }
    for (String column : ConfigKeys.ATTRIBUTION) {
      keys.add("attribution." + column);
    }
    for (String field : ConfigKeys.ENDPOINT) {
      keys.add("endpoints[]." + field);
    }

    assertThat(keys).allSatisfy(key -> assertThat(page).contains("`" + key + "`"));
  }
}
