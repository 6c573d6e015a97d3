package io.tokenledger.forwarder.drain;

import io.tokenledger.forwarder.store.LedgerTransaction.Written;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/** Counts what a drain did; says each notice once. Not thread-safe. */
final class Tally implements Consumer<String> {
  /** So many are remembered as said; an older one is said again, which is better than none. */
  private static final int MAX_NOTICES = 1_000;

  private final Consumer<String> listener;
  private final Set<String> notices = new LinkedHashSet<>();
  private final Set<UUID> sources = new HashSet<>();
  private int endedSources;
  private long events;
  private long repeats;
  private long unpriced;
  private long gaps;
  private long deadLetters;

  Tally(Consumer<String> listener) {
    this.listener = listener;
  }

  void add(Written written, Set<UUID> of) {
    events += written.events();
    repeats += written.repeats();
    unpriced += written.unpriced();
    gaps += written.gaps();
    deadLetters += written.deadLetters();
    sources.addAll(of);
  }

  /** It brings nothing any more: remembered as a number, for a forwarder sees millions end. */
  void ended(UUID source) {
    if (sources.remove(source)) {
      endedSources++;
    }
  }

  @Override
  public void accept(String notice) {
    if (notices.add(notice)) {
      if (notices.size() > MAX_NOTICES) {
        notices.remove(notices.iterator().next());
      }
      listener.accept(notice);
    }
  }

  /** It works again: a later failure of the same kind is news. */
  void recovered(String notice, String news) {
    if (notices.remove(notice)) {
      listener.accept(news);
    }
  }

  DrainSummary summary(int leftElsewhere, int undrained) {
    return new DrainSummary(
        events,
        repeats,
        unpriced,
        gaps,
        deadLetters,
        sources.size() + endedSources,
        leftElsewhere,
        undrained,
        new ArrayList<>(notices));
  }
}
