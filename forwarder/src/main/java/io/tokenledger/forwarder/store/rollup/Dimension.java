package io.tokenledger.forwarder.store.rollup;

import io.tokenledger.record.UsageField;
import java.util.function.Function;

/** A column by which rollups are told apart. */
record Dimension(String column, String type, Function<Charge, String> value) {
  static final Dimension MODEL = new Dimension("model", "text", Charge::model);

  static final Dimension ROW_MODEL =
      new Dimension("model", "text", charge -> Charge.modelOf(charge.usage()));

  static final Dimension BILLED =
      new Dimension(
          "billed",
          "boolean",
          charge -> Boolean.FALSE.equals(charge.usage().get(UsageField.BILLED)) ? "false" : "true");

  static final Dimension REPEAT =
      new Dimension("repeat", "boolean", charge -> charge.row().isRepeat() ? "true" : "false");

  static Dimension of(UsageField<String> field) {
    return new Dimension(field.columnName(), "text", charge -> charge.usage().get(field));
  }
}
