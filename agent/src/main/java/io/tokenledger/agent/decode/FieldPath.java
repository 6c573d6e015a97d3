package io.tokenledger.agent.decode;

import java.util.Set;

/**
 * One field that a surface wants out of a JSON body or out of each event of a stream.
 *
 * @param name what the surface calls it, such as {@code usage}
 * @param path the exact path from the top of the JSON value: member names joined by dots, {@code
 *     []} for every element of an array and {@code [0]} for its first, such as {@code
 *     response.usage}, {@code choices[0].usage}, {@code output[].type}
 * @param capture what to keep
 * @param maxBytes bound of the kept value; beyond it the slot says too large and never holds a part
 * @param needs for objects: at least one of these members must be there with a number, or the value
 *     does not count (a {@code usage} that is only {@code {"trafficType": ...}}); empty: no such
 *     need
 */
public record FieldPath(
    String name, String path, Capture capture, int maxBytes, Set<String> needs) {

  /** What is kept of the values at a path. */
  public enum Capture {
    /**
     * The raw JSON of the last value that closed, is not null, is not the empty string (some hosts
     * send empty ids and models in their first or last chunk) and has what it needs.
     */
    LAST,
    /** The raw JSON of the first such value. */
    FIRST,
    /**
     * How often each distinct string value occurred (at most 32 distinct ones), in the order of
     * their first occurrence.
     */
    TALLY,
    /** The sum of the counts at a path; {@code -1} when one of them was none. */
    SUM,
    /** The raw JSON of all values, in their order, as one array. */
    EACH,
    /**
     * Only when a value that is not null, not "" and not [] was first seen: the first content
     * token.
     */
    SEEN
  }

  public FieldPath {
    needs = Set.copyOf(needs);
  }

  /** The last string, number or small object at a path. */
  public static FieldPath last(String name, String path) {
    return new FieldPath(name, path, Capture.LAST, 1024, Set.of());
  }

  /** The last usage object at a path. */
  public static FieldPath usage(String name, String path, String... needs) {
    return new FieldPath(name, path, Capture.LAST, 16 * 1024, Set.of(needs));
  }

  public static FieldPath first(String name, String path) {
    return new FieldPath(name, path, Capture.FIRST, 1024, Set.of());
  }

  public static FieldPath tally(String name, String path) {
    return new FieldPath(name, path, Capture.TALLY, 64, Set.of());
  }

  /** The sum of the counts at a path. */
  public static FieldPath sum(String name, String path) {
    return new FieldPath(name, path, Capture.SUM, 64, Set.of());
  }

  /** An array of all values at a path: numbers or short strings. */
  public static FieldPath each(String name, String path) {
    return new FieldPath(name, path, Capture.EACH, 8 * 1024, Set.of());
  }

  public static FieldPath seen(String name, String path) {
    return new FieldPath(name, path, Capture.SEEN, 0, Set.of());
  }
}
