package io.tokenledger.record;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What one exchange used: immutable values by {@link UsageField}; an absent value is null. Fields
 * of newer agents that this version does not know are kept by name. Thread-safe.
 */
public final class UsageRecord implements EntryBody {
  private final Object[] values;
  private final Map<String, Object> unknown;

  private UsageRecord(Object[] values, Map<String, Object> unknown) {
    this.values = values;
    this.unknown = unknown;
  }

  public static Builder builder() {
    return new Builder();
  }

  /** A record of values by the fields' {@link UsageField#ordinal() ordinals}, which it keeps. */
  static UsageRecord of(Object[] values) {
    return new UsageRecord(values, Map.of());
  }

  /** The value of a field, or null when nobody said it. */
  @SuppressWarnings("unchecked")
  public <T> T get(UsageField<T> field) {
    return (T) values[field.ordinal()];
  }

  /** Fields that this version does not know, by name, as plain JSON-like values. */
  public Map<String, Object> unknown() {
    return unknown;
  }

  /** A builder that starts with this record's values. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    System.arraycopy(values, 0, builder.values, 0, values.length);
    unknown.forEach(builder::unknown);
    return builder;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof UsageRecord that
        && java.util.Arrays.equals(values, that.values)
        && unknown.equals(that.unknown);
  }

  @Override
  public int hashCode() {
    return 31 * java.util.Arrays.hashCode(values) + unknown.hashCode();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("UsageRecord{");
    for (UsageField<?> field : UsageField.ALL) {
      if (get(field) != null) {
        text.append(field.columnName()).append('=').append(get(field)).append(' ');
      }
    }
    return text.append(unknown.isEmpty() ? "" : unknown).append('}').toString();
  }

  /** Collects the values of a record. Not thread-safe. */
  public static final class Builder {
    private final Object[] values = new Object[UsageField.ALL.size()];
    private Map<String, Object> unknown = Map.of(); // until there is one, as nearly never

    private Builder() {}

    /** Sets a field; null clears it. */
    public <T> Builder set(UsageField<T> field, T value) {
      values[field.ordinal()] = value;
      return this;
    }

    /** The value set so far, or null. */
    @SuppressWarnings("unchecked")
    public <T> T get(UsageField<T> field) {
      return (T) values[field.ordinal()];
    }

    /** Keeps a field that this version does not know; null clears it. */
    public Builder unknown(String name, Object value) {
      if (unknown.isEmpty()) {
        unknown = new LinkedHashMap<>();
      }
      if (value == null) {
        unknown.remove(name);
      } else {
        unknown.put(Objects.requireNonNull(name), value);
      }
      return this;
    }

    public UsageRecord build() {
      return new UsageRecord(
          values.clone(),
          unknown.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(unknown)));
    }
  }
}
