package io.tokenledger.forwarder.pricing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Prices rows by a catalogue. What the arithmetic is, and what each note and reason means, stands
 * in {@code docs/pricing.md}; a change here is a change there.
 */
public final class CataloguePricer implements Pricer {
  private static final String FROM_CATALOGUE = "catalogue";
  private static final String FROM_PROVIDER = "reported";

  private final Catalogue catalogue;
  private final Resolutions list;
  private final Resolutions contracts;

  public CataloguePricer(Catalogue catalogue) {
    this.catalogue = catalogue;
    this.list = new Resolutions(catalogue, catalogue::find);
    this.contracts = new Resolutions(catalogue, catalogue::findContract);
  }

  @Override
  public RowCost price(UsageRecord usage) {
    return explain(usage).cost();
  }

  /** Prices one exchange and keeps the arithmetic. Never fails. */
  public Pricing explain(UsageRecord usage) {
    Row row = Row.of(usage);
    if (row.saysNothing()) {
      UnpricedReason reason = RowFacts.whyUnknown(usage);
      return reason == UnpricedReason.USAGE_UNKNOWN && isChargedByProvider(usage)
          ? reported(usage, List.of(), Set.of())
          : Pricing.unpriced(reason, List.of());
    }
    Set<PriceNote> notes = EnumSet.noneOf(PriceNote.class);
    Priced list = priceBy(row, false, notes);
    Pricing.Contract contract = contract(row, list, notes);
    if (list.reason() != null && contract == null) {
      return unpriced(row, list, notes);
    }
    return priced(row, list, contract, notes);
  }

  /** What of a row is priced, parsed once. */
  private record Row(
      UsageRecord usage,
      TokenCounts counts,
      BillableUnits units,
      ArrayNode iterations,
      Query query) {
    static Row of(UsageRecord usage) {
      BillableUnits units = BillableUnits.of(usage);
      JsonNode iterations = Json.parse(usage.get(UsageField.ITERATIONS));
      boolean byIteration = iterations instanceof ArrayNode && !iterations.isEmpty();
      return new Row(
          usage,
          units.tokens() != null ? units.tokens() : TokenCounts.of(usage),
          units,
          byIteration ? (ArrayNode) iterations : null,
          RowFacts.query(usage));
    }

    boolean saysNothing() {
      return iterations == null && counts.areUnknown() && units.isEmpty();
    }
  }

  /** A row at one kind of prices: the amounts, or the reason why there are none. */
  private record Priced(
      PriceSheet sheet,
      Charges tokens,
      Charges others,
      List<Pricing.Part> parts,
      UnpricedReason reason) {
    BigDecimal total() {
      return tokens.total().add(others.total());
    }
  }

  private Priced priceBy(Row row, boolean byContract, Set<PriceNote> notes) {
    Query query = row.query();
    Catalogue.Found found = find(query, byContract, notes);
    if (found.sheet() == null) {
      return new Priced(null, null, null, List.of(), found.reason());
    }
    PriceSheet sheet = found.sheet();
    List<Pricing.Part> parts = new ArrayList<>();
    Charges tokens = null;
    UnpricedReason missing = null;
    if (row.iterations() == null) {
      Charges charges = charge(row.counts(), sheet, query, notes);
      parts.add(part("row", row.counts(), sheet, charges, query));
      tokens = charges;
      missing = charges.reason();
    } else {
      int number = 0;
      for (JsonNode iteration : row.iterations()) {
        Charges charges = charge(++number, iteration, row, found, byContract, parts, notes);
        if (charges.reason() != null) {
          missing = charges.reason();
        } else {
          tokens = tokens == null ? charges : tokens.plus(charges);
        }
      }
    }
    Charges others = missing == null ? others(row, sheet, query) : null;
    if (missing == null && others.reason() != null) {
      missing = others.reason();
    }
    return new Priced(sheet, tokens, others, parts, missing);
  }

  private Charges charge(
      int number,
      JsonNode iteration,
      Row row,
      Catalogue.Found own,
      boolean byContract,
      List<Pricing.Part> parts,
      Set<PriceNote> notes) {
    String model = iteration.path("model").textValue();
    Query query = model == null ? row.query() : row.query().forModel(model);
    Catalogue.Found found = model == null ? own : find(query, byContract, notes);
    TokenCounts counts = TokenCounts.of(iteration);
    String type = iteration.path("type").asText();
    Charges charges =
        found.sheet() == null
            ? Charges.none(found.reason())
            : counts.areUnknown()
                ? Charges.none(UnpricedReason.USAGE_UNKNOWN)
                : charge(counts, found.sheet(), query, notes);
    if (type.startsWith("fallback")) {
      notes.add(PriceNote.FALLBACK_BILLING_ASSUMED);
    }
    String name = "iteration " + number + " " + type + (model == null ? "" : " " + model);
    parts.add(part(name, counts, found.sheet(), charges, query));
    return charges;
  }

  private Pricing.Part part(
      String name, TokenCounts counts, PriceSheet sheet, Charges charges, Query query) {
    return new Pricing.Part(
        name, counts, sheet, charges.lines(), exchange(sheet, query), charges.reason());
  }

  private Catalogue.Found find(Query query, boolean byContract, Set<PriceNote> notes) {
    return (byContract ? contracts : list).find(query, notes);
  }

  private Charges charge(TokenCounts counts, PriceSheet sheet, Query query, Set<PriceNote> notes) {
    return inUsd(Formula.charge(counts, sheet, notes), sheet, query, notes);
  }

  private Charges others(Row row, PriceSheet sheet, Query query) {
    boolean tokensKnown = row.iterations() != null || !row.counts().areUnknown();
    Charges units = row.units().charge(row.usage(), sheet, tokensKnown);
    if (units.reason() != null) {
      return units;
    }
    Charges tools = ToolCalls.charge(row.usage(), sheet, catalogue.rules(query.provider()));
    return tools.reason() != null
        ? tools
        : inUsd(units.plus(tools), sheet, query, EnumSet.noneOf(PriceNote.class));
  }

  private Charges inUsd(Charges charges, PriceSheet sheet, Query query, Set<PriceNote> notes) {
    if (sheet.currency().equals("USD") || charges.reason() != null) {
      return charges;
    }
    PriceFile.ExchangeRate rate = exchange(sheet, query);
    if (rate == null) {
      return Charges.none(UnpricedReason.NO_FX_RATE);
    }
    notes.add(PriceNote.FX_APPLIED);
    return charges.inUsd(rate.usd());
  }

  private PriceFile.ExchangeRate exchange(PriceSheet sheet, Query query) {
    return sheet == null || sheet.currency().equals("USD")
        ? null
        : catalogue.exchangeRate(sheet.currency(), query.time());
  }

  /** A contract's sheet, else its discount on the list cost; null where there is neither. */
  private Pricing.Contract contract(Row row, Priced list, Set<PriceNote> notes) {
    if (!catalogue.hasContracts()) {
      return null;
    }
    Set<PriceNote> own = EnumSet.noneOf(PriceNote.class);
    Priced contracted = priceBy(row, true, own);
    if (contracted.reason() == null) {
      notes.addAll(own);
      return new Pricing.Contract(null, contracted.parts(), contracted.others().lines());
    }
    BigDecimal percent =
        list.reason() != null
            ? null
            : catalogue.discountPercent(list.sheet().key(), row.query().time());
    return percent == null ? null : new Pricing.Contract(percent, List.of(), List.of());
  }

  private Pricing priced(Row row, Priced list, Pricing.Contract contract, Set<PriceNote> notes) {
    boolean byIteration = row.iterations() != null;
    if (RowFacts.isLowerBound(row.usage(), row.counts(), byIteration, row.units())) {
      notes.add(PriceNote.LOWER_BOUND);
    }
    if (contract != null) {
      notes.add(PriceNote.CONTRACT_APPLIED);
    }
    BigDecimal listTotal = list.reason() == null ? list.total() : null;
    BigDecimal cost = contract == null ? listTotal : contract.cost(listTotal);
    if (cost.signum() == 0 && row.counts().anyAboveZero()) {
      notes.add(isFree(list, contract) ? PriceNote.FREE : PriceNote.ZERO_COST);
    }
    PriceSheet sheet = list.reason() == null ? list.sheet() : contract.parts().get(0).sheet();
    Charges all = list.reason() == null ? list.tokens().plus(list.others()) : null;
    String iterations = byIteration ? iterations(row, list, contract) : null;
    RowCost rowCost =
        new RowCost(
            cost,
            listTotal,
            all == null ? null : all.sum(Charge.Part.INPUT),
            all == null ? null : all.sum(Charge.Part.OUTPUT),
            all == null ? null : all.sum(Charge.Part.CACHE_READ),
            all == null ? null : all.sum(Charge.Part.CACHE_WRITE),
            all == null ? null : all.sum(Charge.Part.TOOL),
            all == null ? null : list.tokens().cacheSavings(),
            FROM_CATALOGUE,
            sheet.id(),
            texts(notes),
            null,
            iterations);
    List<Charge> others = list.reason() == null ? list.others().lines() : List.of();
    return new Pricing(rowCost, list.parts(), others, contract);
  }

  /** Whether somebody said that it costs nothing: sheets of zeros, or a discount of everything. */
  private static boolean isFree(Priced list, Pricing.Contract contract) {
    if (contract != null && contract.discountPercent() != null && contract.factor().signum() == 0) {
      return true;
    }
    boolean ownPrices = contract != null && contract.discountPercent() == null;
    return (ownPrices ? contract.parts() : list.parts())
        .stream().allMatch(part -> part.sheet().isFree());
  }

  private static String iterations(Row row, Priced list, Pricing.Contract contract) {
    boolean ownPrices = contract != null && contract.discountPercent() == null;
    List<Charge> others = ownPrices ? contract.others() : list.others().lines();
    return PricedIterations.priced(
        row.iterations(),
        ownPrices ? contract.parts() : list.parts(),
        others.isEmpty() ? null : Charge.total(others),
        contract == null ? BigDecimal.ONE : contract.factor());
  }

  /**
   * Without a catalogue price (the model is not known, or a rate of it), what the provider says it
   * charged is the cost. A zero is believed only where the gateway's rule says that such models are
   * free.
   */
  private Pricing unpriced(Row row, Priced list, Set<PriceNote> notes) {
    UsageRecord usage = row.usage();
    if (list.reason().lacksPrice() && isChargedByProvider(usage)) {
      return reported(usage, list.parts(), notes);
    }
    RowCost cost = RowCost.unpriced(list.reason(), texts(notes));
    return new Pricing(
        row.iterations() == null
            ? cost
            : cost.withIterations(PricedIterations.unpriced(row.iterations(), list.reason())),
        list.parts(),
        List.of(),
        null);
  }

  private Pricing reported(UsageRecord usage, List<Pricing.Part> parts, Set<PriceNote> notes) {
    Set<PriceNote> all = EnumSet.noneOf(PriceNote.class);
    all.addAll(notes);
    BigDecimal reported = usage.get(UsageField.REPORTED_COST_USD);
    if (reported.signum() == 0) {
      all.add(PriceNote.FREE);
    }
    if ("partial".equals(usage.get(UsageField.COMPLETION))) {
      all.add(PriceNote.LOWER_BOUND);
    }
    RowCost cost =
        new RowCost(
            reported,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            FROM_PROVIDER,
            null,
            texts(all),
            null,
            null);
    return new Pricing(cost, parts, List.of(), null);
  }

  private boolean isChargedByProvider(UsageRecord usage) {
    BigDecimal reported = usage.get(UsageField.REPORTED_COST_USD);
    if (!"charged".equals(usage.get(UsageField.REPORTED_COST_KIND)) || reported == null) {
      return false;
    }
    ProviderRules rules = catalogue.rules(usage.get(UsageField.PROVIDER));
    return reported.signum() > 0
        || (reported.signum() == 0
            && (rules.isFreeName(usage.get(UsageField.MODEL))
                || rules.isFreeName(usage.get(UsageField.REQUEST_MODEL))));
  }

  private static List<String> texts(Set<PriceNote> notes) {
    return notes.isEmpty()
        ? List.of() // of most rows
        : notes.stream().map(PriceNote::text).sorted().toList();
  }
}
