package io.tokenledger.forwarder.store.rollup;

import io.tokenledger.record.UsageField;
import java.util.List;

/**
 * A rollup: what tells its rows apart and what they add up.
 *
 * @param view the same summed over the shards, without the schema
 * @param dimensions in the order of the columns, which is that of the key
 */
record RollupTable(
    String name, String view, RollupUnit unit, List<Dimension> dimensions, List<Measure> measures) {
  static final RollupTable HOURLY =
      new RollupTable(
          "token_ledger_hourly",
          "token_ledger_hourly_sums",
          RollupUnit.HOUR,
          List.of(
              Dimension.of(UsageField.PROVIDER),
              Dimension.of(UsageField.API),
              Dimension.MODEL,
              Dimension.of(UsageField.SERVICE_TIER),
              Dimension.of(UsageField.APP_NAME),
              Dimension.of(UsageField.ENVIRONMENT),
              Dimension.of(UsageField.TEAM),
              Dimension.of(UsageField.FEATURE),
              Dimension.of(UsageField.STATUS),
              Dimension.BILLED,
              Dimension.REPEAT),
          Measure.SUMS);

  static final RollupTable DAILY =
      new RollupTable(
          "token_ledger_daily",
          "token_ledger_daily_sums",
          RollupUnit.DAY,
          List.of(
              Dimension.of(UsageField.PROVIDER),
              Dimension.of(UsageField.API),
              Dimension.MODEL,
              Dimension.of(UsageField.SERVICE_TIER),
              Dimension.of(UsageField.APP_NAME),
              Dimension.of(UsageField.ENVIRONMENT),
              Dimension.of(UsageField.TEAM),
              Dimension.of(UsageField.FEATURE),
              Dimension.of(UsageField.PROJECT),
              Dimension.of(UsageField.COST_CENTER),
              Dimension.of(UsageField.ORGANIZATION_ID),
              Dimension.of(UsageField.API_KEY_FINGERPRINT),
              Dimension.of(UsageField.BILLING_ACCOUNT),
              Dimension.BILLED,
              Dimension.REPEAT),
          Measure.SUMS);

  /** Only of rows that name a user. */
  static final RollupTable DAILY_USERS =
      new RollupTable(
          "token_ledger_daily_users",
          "token_ledger_daily_user_sums",
          RollupUnit.DAY,
          List.of(
              Dimension.of(UsageField.USER_ID),
              Dimension.of(UsageField.PROVIDER),
              Dimension.MODEL,
              Dimension.of(UsageField.APP_NAME),
              Dimension.of(UsageField.ENVIRONMENT),
              Dimension.of(UsageField.TEAM),
              Dimension.of(UsageField.ORGANIZATION_ID),
              Dimension.BILLED,
              Dimension.REPEAT),
          Measure.SUMS);

  /** Of whole rows, whose model is that of the row. */
  static final RollupTable LATENCY =
      new RollupTable(
          "token_ledger_latency",
          "token_ledger_latency_sums",
          RollupUnit.HOUR,
          List.of(
              Dimension.of(UsageField.PROVIDER),
              Dimension.ROW_MODEL,
              Dimension.of(UsageField.APP_NAME),
              Dimension.of(UsageField.STATUS)),
          Measure.LATENCIES);

  /** Whether it adds up charges; else whole rows. */
  boolean isOfCharges() {
    return this != LATENCY;
  }

  RollupKey key(Charge charge) {
    String[] values = new String[dimensions.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = dimensions.get(i).value().apply(charge);
    }
    return new RollupKey(unit.start(charge.row().timestamp()), values);
  }
}
