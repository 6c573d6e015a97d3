package io.tokenledger.forwarder.reconcile;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Finds the provider's API keys among the ledger's fingerprints. A fingerprint is a salted hash, so
 * an id of a key cannot be turned into it: the user says which is which, or both have the same
 * tokens in every class on every day.
 */
final class KeyMatcher {
  private final SortedMap<String, DailyTokens> billed = new TreeMap<>();
  private final Map<String, String> accounts = new HashMap<>();
  private final SortedMap<String, DailyTokens> metered = new TreeMap<>();
  private final Map<String, String> fingerprints = new HashMap<>();
  private boolean allRowsHaveKeys = true;

  /**
   * @param bill lines to compare
   * @param ledger days to compare
   * @param named the user's: id of a key to fingerprint
   */
  KeyMatcher(List<BillLine> bill, List<LedgerDay> ledger, Map<String, String> named) {
    for (BillLine line : bill) {
      if (line.key() != null && line.counts()) {
        accounts.put(line.key(), line.account());
        billed
            .computeIfAbsent(line.key(), key -> new DailyTokens())
            .add(line.day(), line.kind(), line.quantity());
      }
    }
    for (LedgerDay day : ledger) {
      if (day.fingerprint() == null) {
        allRowsHaveKeys = false;
      } else {
        DailyTokens tokens =
            metered.computeIfAbsent(day.fingerprint(), fingerprint -> new DailyTokens());
        day.tokens().forEach((kind, count) -> tokens.add(day.day(), kind, count));
      }
    }
    billed.values().removeIf(DailyTokens::isEmpty);
    fingerprints.putAll(named);
    matchByTokens(Set.copyOf(named.values()));
  }

  /** The key on the bill that a fingerprint is of; empty where that is not known. */
  Optional<String> key(String fingerprint) {
    return fingerprints.entrySet().stream()
        .filter(entry -> entry.getValue().equals(fingerprint))
        .map(Map.Entry::getKey)
        .filter(accounts::containsKey)
        .findFirst();
  }

  /** The account of a key on the bill; null where the bill names none. */
  String account(String key) {
    return accounts.get(key);
  }

  /**
   * The keys on the bill, of certain accounts.
   *
   * @param ofAccount is given null for keys of which the bill names none
   * @param seen whether an agent saw calls of these accounts
   */
  List<BilledKey> keys(Predicate<String> ofAccount, boolean seen) {
    return billed.entrySet().stream()
        .filter(entry -> ofAccount.test(accounts.get(entry.getKey())))
        .map(
            entry ->
                new BilledKey(
                    entry.getKey(),
                    fingerprints.get(entry.getKey()),
                    status(entry.getKey(), seen),
                    entry.getValue().sums()))
        .toList();
  }

  private BilledKey.Status status(String key, boolean seen) {
    String fingerprint = fingerprints.get(key);
    if (fingerprint != null) {
      return metered.containsKey(fingerprint) ? BilledKey.Status.SEEN : BilledKey.Status.NEVER_SEEN;
    }
    boolean allAreOthers = allRowsHaveKeys && fingerprints.values().containsAll(metered.keySet());
    return !seen || allAreOthers ? BilledKey.Status.NEVER_SEEN : BilledKey.Status.UNMATCHED;
  }

  /** Only where one key and one fingerprint agree, and no other does. */
  private void matchByTokens(Set<String> taken) {
    Set<String> ambiguous = new HashSet<>();
    Map<String, String> found = new HashMap<>();
    metered.forEach(
        (fingerprint, tokens) -> {
          List<String> equal =
              billed.keySet().stream()
                  .filter(key -> !fingerprints.containsKey(key))
                  .filter(key -> !tokens.isEmpty() && billed.get(key).agreesWith(tokens))
                  .toList();
          if (!taken.contains(fingerprint) && equal.size() == 1) {
            String key = equal.get(0);
            if (found.putIfAbsent(key, fingerprint) != null) {
              ambiguous.add(key);
            }
          }
        });
    found.keySet().removeAll(ambiguous);
    fingerprints.putAll(found);
  }
}
