package io.tokenledger.forwarder.store;

import io.tokenledger.forwarder.pricing.RowCost;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.math.BigDecimal;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/** What repricing changed, or would change. Filled while it runs. */
public final class RepricingResult {
  /**
   * Of one model.
   *
   * @param rows rows whose money changes
   * @param newlyPriced of these, rows that had no cost
   * @param newlyUnpriced of these, rows that have none any more
   * @param before sum of the known costs
   * @param after sum of the known costs
   */
  public record OfModel(
      long rows, long newlyPriced, long newlyUnpriced, BigDecimal before, BigDecimal after) {
    private static final OfModel NONE = new OfModel(0, 0, 0, BigDecimal.ZERO, BigDecimal.ZERO);

    private OfModel plus(RowCost old, RowCost young) {
      return new OfModel(
          rows + 1,
          newlyPriced + (old.costUsd() == null && young.costUsd() != null ? 1 : 0),
          newlyUnpriced + (old.costUsd() != null && young.costUsd() == null ? 1 : 0),
          old.costUsd() == null ? before : before.add(old.costUsd()),
          young.costUsd() == null ? after : after.add(young.costUsd()));
    }
  }

  private final UUID runId;
  private final SortedMap<String, OfModel> models = new TreeMap<>();
  private long looked;
  private long walBytes;
  private long fullPageBytes;

  RepricingResult(UUID runId) {
    this.runId = runId;
  }

  void add(long rows, List<RepricingStore.Change> changes, long bytes, long pageBytes) {
    looked += rows;
    walBytes += bytes;
    fullPageBytes += pageBytes;
    for (RepricingStore.Change change : changes) {
      UsageRecord usage = change.before().usage();
      String model = usage.get(UsageField.MODEL);
      model = model != null ? model : usage.get(UsageField.REQUEST_MODEL);
      String key = usage.get(UsageField.PROVIDER) + "/" + (model == null ? "unknown" : model);
      models.merge(
          key,
          OfModel.NONE.plus(change.before().cost(), change.after().cost()),
          (sum, one) ->
              new OfModel(
                  sum.rows() + one.rows(),
                  sum.newlyPriced() + one.newlyPriced(),
                  sum.newlyUnpriced() + one.newlyUnpriced(),
                  sum.before().add(one.before()),
                  sum.after().add(one.after())));
    }
  }

  /** Names the run in the audit table. */
  public UUID runId() {
    return runId;
  }

  /** By {@code provider/model}. */
  public SortedMap<String, OfModel> models() {
    return models;
  }

  /** Rows that were priced anew to compare. */
  public long looked() {
    return looked;
  }

  /** Rows whose money changes. */
  public long changed() {
    return models.values().stream().mapToLong(OfModel::rows).sum();
  }

  /** About how much WAL the changes are, without full-page images. */
  public long walBytes() {
    return walBytes;
  }

  /** How much more at most, when every page is written whole after a checkpoint. */
  public long fullPageBytes() {
    return fullPageBytes;
  }
}
