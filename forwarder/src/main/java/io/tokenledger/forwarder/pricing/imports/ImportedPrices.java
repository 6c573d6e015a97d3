package io.tokenledger.forwarder.pricing.imports;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What was taken from a catalogue, and what was not, with the reason. Filled by an importer. */
final class ImportedPrices {
  static final String NO_NUMBER = "rates that are no numbers";

  private final Map<String, ImportedModel> models = new LinkedHashMap<>();
  private final Map<String, Integer> skipped = new TreeMap<>();
  private final Map<String, Integer> leftOut = new TreeMap<>();
  private int entries;

  /** Counts an entry of the catalogue. */
  void entry() {
    entries++;
  }

  /** An entry that is not taken. */
  void skip(String reason) {
    skipped.merge(reason, 1, Integer::sum);
  }

  /** A rate or a name of an entry that is taken without it. */
  void leaveOut(String reason) {
    leftOut.merge(reason, 1, Integer::sum);
  }

  /** Takes an entry, unless it has no price or its name is taken. */
  void take(ImportedModel model) {
    if (model.hasRatesBelowZero()) {
      skip("rates below zero");
      return;
    }
    int zeros = model.clean(model.model.endsWith(":free"));
    if (zeros > 0 && !model.isPriced()) {
      skip("rates of zero only, which may stand for an unknown price");
      return;
    }
    if (zeros > 0) {
      leftOut.merge("rates of zero", zeros, Integer::sum);
    }
    if (!model.isPriced()) {
      skip("no price in a unit that a ledger can count");
      return;
    }
    if (models.putIfAbsent(model.provider + " " + model.model, model) != null) {
      skip("another entry has the same name");
    }
  }

  int entries() {
    return entries;
  }

  List<ImportedModel> models() {
    return new ArrayList<>(models.values());
  }

  Map<String, Integer> skipped() {
    return skipped;
  }

  Map<String, Integer> leftOut() {
    return leftOut;
  }
}
