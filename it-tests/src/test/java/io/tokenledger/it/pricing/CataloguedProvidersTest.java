package io.tokenledger.it.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.agent.provider.Provider;
import io.tokenledger.agent.provider.Providers;
import io.tokenledger.forwarder.pricing.Catalogue;
import io.tokenledger.forwarder.pricing.PriceSheet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every provider of {@code docs/providers.md} has built-in prices, or a written reason. */
class CataloguedProvidersTest {
  private static final Catalogue BUILT_IN = Catalogue.builtIn();

  @Test
  void eachProviderHasPricesOrAReason() {
    Set<String> priced =
        BUILT_IN.sheets().stream().map(sheet -> sheet.key().provider()).collect(Collectors.toSet());
    Set<String> without =
        Providers.all().stream()
            .map(Provider::name)
            .filter(name -> !priced.contains(name))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(without).isEqualTo(RecordedMoney.reasons("providers-without-prices").keySet());
  }

  @Test
  void nobodyIsPricedWhomTheAgentDoesNotName() {
    Set<String> known = Providers.all().stream().map(Provider::name).collect(Collectors.toSet());

    assertThat(BUILT_IN.sheets())
        .allSatisfy(sheet -> assertThat(known).contains(sheet.key().provider()));
  }

  @Test
  void eachSheetSaysWhereItsRatesAreFromAndWhenTheyWereRead() {
    assertThat(BUILT_IN.sheets())
        .allSatisfy(
            sheet -> {
              PriceSheet.Source source = sheet.source();
              assertThat(source.name()).as(sheet.id()).isNotBlank();
              assertThat(source.date()).as(sheet.id()).isNotNull();
            });
  }
}
