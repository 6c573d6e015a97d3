package io.tokenledger.agent.decode;

import io.tokenledger.agent.decode.FieldPath.Capture;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The fields that a {@link FieldScanner} looks for, compiled once per surface into a tree of member
 * names. Fields of one name share one slot, so "the last usage object seen anywhere" is three paths
 * with one name. Immutable, thread-safe.
 */
public final class FieldTable {
  private static final int MAX_SLOTS = 60;
  private static final int MAX_TYPE_BYTES = 64;
  private static final int FIRST_BYTES = 112;
  private static final int FIRST_BYTES_WITH_USAGE = 640;

  final PathNode root;

  /** The same without content fields, for the events after the first content. */
  final PathNode rootAfterContent;

  final int depth;

  /** How much room the kept values get at first: a usage object and what stands around it. */
  final int firstBytes;

  /** Bits of the slots whose value is a list of elements. */
  final long lists;

  final byte[] terminalData;
  final byte[][] terminalTypes;
  private final String terminalMember;

  /** How the bodies are cut where they do not say so. */
  final StreamForm form;

  private final List<String> names = new ArrayList<>();
  private final PathNode[] nodes;

  private FieldTable(
      List<FieldPath> fields,
      String terminalData,
      Set<String> terminalTypes,
      String terminalMember,
      StreamForm form) {
    this.terminalMember = terminalMember;
    this.form = form;
    for (FieldPath field : fields) {
      if (field.capture() != Capture.SEEN && !names.contains(field.name())) {
        names.add(field.name());
      }
    }
    if (names.size() > MAX_SLOTS) {
      throw new IllegalArgumentException("more than " + MAX_SLOTS + " fields in one surface");
    }
    this.terminalData = terminalData == null ? null : terminalData.getBytes(StandardCharsets.UTF_8);
    this.terminalTypes = new byte[terminalTypes.size()][];
    int next = 0;
    for (String type : terminalTypes) {
      this.terminalTypes[next++] = type.getBytes(StandardCharsets.UTF_8);
    }
    root = tree(fields, true);
    rootAfterContent = tree(fields, false);
    depth = root.depth();
    List<PathNode> all = new ArrayList<>();
    all.add(null);
    number(root, all);
    number(rootAfterContent, all);
    nodes = all.toArray(new PathNode[0]);
    boolean large = false;
    long eaches = 0;
    for (FieldPath field : fields) {
      large |= !field.needs().isEmpty();
      eaches |= field.capture() == Capture.EACH ? 1L << slot(field.name()) : 0;
    }
    lists = eaches;
    firstBytes = large ? FIRST_BYTES_WITH_USAGE : FIRST_BYTES;
  }

  /**
   * Compiles fields.
   *
   * @param terminalData the literal data that ends a stream, such as {@code [DONE]}, or null
   * @param terminalTypes values of a top-level member that end a stream: strings without their
   *     quotes, or {@code true}
   * @param terminalMember the name of that member
   * @param form how bodies are cut where they do not say so
   * @throws IllegalArgumentException when a path is malformed, or a kept field lies inside another
   *     kept field
   */
  public static FieldTable compile(
      List<FieldPath> fields,
      String terminalData,
      Set<String> terminalTypes,
      String terminalMember,
      StreamForm form) {
    return new FieldTable(fields, terminalData, terminalTypes, terminalMember, form);
  }

  /** As above, with the member {@code type} and bodies that say themselves how they are cut. */
  public static FieldTable compile(
      List<FieldPath> fields, String terminalData, Set<String> terminalTypes) {
    return compile(fields, terminalData, terminalTypes, "type", StreamForm.EVENTS);
  }

  /** Compiles fields of bodies that have no terminal event. */
  public static FieldTable compile(List<FieldPath> fields) {
    return compile(fields, null, Set.of());
  }

  /** True when each line of a body is a result of its own. */
  public boolean linesAreRecords() {
    return form == StreamForm.RECORDS;
  }

  /** True when a stream has an event that ends it. */
  public boolean hasTerminalEvent() {
    return terminalData != null || terminalTypes.length > 0;
  }

  /** The node of a number; null for {@link PathNode#NONE}. */
  PathNode node(int number) {
    return nodes[number];
  }

  /** How many slots there are. */
  int slots() {
    return names.size();
  }

  /** The slot of a name, or -1. */
  int slot(String name) {
    return names.indexOf(name);
  }

  private PathNode tree(List<FieldPath> fields, boolean content) {
    PathNode tree = new PathNode();
    for (FieldPath field : fields) {
      if (content || field.capture() != Capture.SEEN) {
        addPath(tree, field, field.path(), 0);
      }
    }
    if (terminalTypes.length > 0) {
      tree.addMember(terminalMember)
          .addField(new PathNode.Field(PathNode.Field.TERMINAL, Capture.LAST, MAX_TYPE_BYTES));
    }
    refuseNested(tree);
    return tree.freeze();
  }

  private void addPath(PathNode node, FieldPath field, String path, int at) {
    if (at == path.length()) {
      addField(node, field);
    } else if (path.charAt(at) == '[') {
      int close = path.indexOf(']', at);
      String index = close < 0 ? "?" : path.substring(at + 1, close);
      if (!index.isEmpty() && !index.equals("0")) {
        throw malformed(field);
      }
      if (node.first == null) {
        node.first = new PathNode();
        node.rest = new PathNode();
      }
      addPath(node.first, field, path, close + 1);
      if (index.isEmpty()) {
        addPath(node.rest, field, path, close + 1);
      }
    } else {
      int start = path.charAt(at) == '.' ? at + 1 : at;
      int end = start;
      while (end < path.length() && path.charAt(end) != '.' && path.charAt(end) != '[') {
        end++;
      }
      if (end == start) {
        throw malformed(field);
      }
      addPath(node.addMember(checked(path.substring(start, end), field)), field, path, end);
    }
  }

  private static void number(PathNode node, List<PathNode> all) {
    node.number = all.size();
    all.add(node);
    for (PathNode child : node.children()) {
      number(child, all);
    }
  }

  private void addField(PathNode node, FieldPath field) {
    if (field.capture() == Capture.SEEN) {
      node.seen = true;
      return;
    }
    node.addField(new PathNode.Field(slot(field.name()), field.capture(), field.maxBytes()));
    for (String member : field.needs()) {
      node.needs = true;
      node.addMember(checked(member, field)).needed = true;
    }
  }

  private static String checked(String name, FieldPath field) {
    boolean plain = name.length() <= MemberName.MAX_BYTES;
    for (int i = 0; i < name.length(); i++) {
      plain &= name.charAt(i) < 0x80;
    }
    if (!plain) {
      throw malformed(field);
    }
    return name;
  }

  /** One value at a time is kept, which bounds what a scan holds. */
  private static void refuseNested(PathNode node) {
    if (node.captureMask != 0 && node.capturesInside()) {
      throw new IllegalArgumentException("a kept field lies inside another kept field");
    }
    for (PathNode child : node.children()) {
      refuseNested(child);
    }
  }

  private static IllegalArgumentException malformed(FieldPath field) {
    return new IllegalArgumentException("malformed path of a field: " + field.path());
  }
}
