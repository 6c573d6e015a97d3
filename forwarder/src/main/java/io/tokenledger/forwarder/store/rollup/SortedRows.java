package io.tokenledger.forwarder.store.rollup;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Rows in the order of the primary key, the same for all who write: who locks rows in one order
 * waits, but never for somebody who waits for him.
 */
record SortedRows<V>(List<Keyed> keys, List<V> values) {
  /** A key with its short form, which costs a digest. */
  record Keyed(RollupKey key, UUID uuid) implements Comparable<Keyed> {
    @Override
    public int compareTo(Keyed other) {
      int byTime = Long.compare(key.time(), other.key.time());
      return byTime != 0 ? byTime : uuid.compareTo(other.uuid);
    }
  }

  static <V> SortedRows<V> of(Map<RollupKey, V> rows) {
    List<Keyed> keys = new ArrayList<>(rows.size());
    MessageDigest sha256 = RollupKey.sha256();
    rows.keySet().forEach(key -> keys.add(new Keyed(key, key.uuid(sha256))));
    keys.sort(null);
    return new SortedRows<>(keys, keys.stream().map(keyed -> rows.get(keyed.key())).toList());
  }
}
