package io.tokenledger.it.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tokenledger.agent.exchange.RequestTarget;
import io.tokenledger.agent.provider.Provider;
import io.tokenledger.agent.provider.Providers;
import io.tokenledger.agent.provider.RecognisedCall;
import io.tokenledger.agent.provider.Recogniser;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/providers.md} is what the code says, and the code says what it does. */
class ProvidersPageTest {
  static final String COMMAND =
      "mvn test -pl it-tests -am -Dtest=ProvidersPageTest -Dsurefire.failIfNoSpecifiedTests=false"
          + " -Dproviders.page=write";

  private static final Path PAGE = Path.of("../docs/providers.md");
  private static final Path EXCHANGES = Path.of("../agent/src/test/resources/exchanges");

  private final List<Provider> providers = Providers.all();
  private final ProvidersPage page = new ProvidersPage(providers);

  @Test
  void thePageIsUpToDate() throws IOException {
    if ("write".equals(System.getProperty("providers.page"))) {
      Files.writeString(PAGE, page.text());
    }

    assertThat(Files.readString(PAGE))
        .as("docs/providers.md is stale; to write it anew: %s", COMMAND)
        .isEqualTo(page.text());
  }

  @Test
  void eachProviderNamesHostsThatItServes() {
    List<String> wrong = new ArrayList<>();
    for (Provider provider : providers) {
      if (provider.hosts().isEmpty()) {
        wrong.add(provider.name() + " names no hosts");
      }
      for (String host : provider.hosts()) {
        if (!provider.serves(at(host))) {
          wrong.add(provider.name() + " does not serve " + host);
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void eachCallThatIsNamedIsRecognised() {
    assertThat(
            providers.stream()
                .flatMap(
                    provider ->
                        provider.calls().stream()
                            .filter(call -> ProvidersPage.surface(provider, call) == null)
                            .map(call -> provider.name() + " " + call)))
        .isEmpty();
  }

  @Test
  void whatIsSaidNotToBeReadIsNotRecognised() {
    assertThat(
            providers.stream()
                .flatMap(
                    provider ->
                        provider.notRead().stream()
                            .map(Provider.NotRead::what)
                            .filter(ProvidersPageTest::isCall)
                            .filter(call -> ProvidersPage.surface(provider, call) != null)
                            .map(call -> provider.name() + " " + call)))
        .isEmpty();
  }

  /** A surface that no provider names a call for would be missing from the page. */
  @Test
  void eachApiThatIsTestedIsOnThePage() throws IOException {
    assertThat(recognisedApis()).isNotEmpty().isSubsetOf(page.apis());
  }

  /** A method and a path, not words. */
  static boolean isCall(String what) {
    return what.matches("[A-Z]+ /\\S*");
  }

  /** The host of a pattern, which may end with a port. */
  private static RequestTarget at(String pattern) {
    int colon = pattern.indexOf(':');
    String host = colon < 0 ? pattern : pattern.substring(0, colon);
    int port = colon < 0 ? 443 : Integer.parseInt(pattern.substring(colon + 1));
    return new RequestTarget("docs", "POST", "https", host.replace("*", "x"), port, "/", null);
  }

  private Set<String> recognisedApis() throws IOException {
    Recogniser recogniser = new Recogniser(providers, List.of(), true);
    ObjectMapper json = new ObjectMapper();
    Set<String> apis = new TreeSet<>();
    try (Stream<Path> folders = Files.list(EXCHANGES)) {
      for (Path folder : folders.toList()) {
        JsonNode request = json.readTree(folder.resolve("request.json").toFile());
        URI url = URI.create(request.get("url").asText());
        RecognisedCall call =
            recogniser.recognise(
                new RequestTarget(
                    "docs",
                    request.get("method").asText(),
                    url.getScheme(),
                    url.getHost(),
                    url.getPort() < 0 ? 443 : url.getPort(),
                    url.getRawPath(),
                    url.getRawQuery()));
        if (call != null) {
          apis.add(call.surface().api());
        }
      }
    }
    return apis;
  }
}
