package io.tokenledger.agent.decode;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A place in a JSON value that lies on the way to a field, or is one. Built by {@link FieldTable}
 * and never changed afterwards.
 */
final class PathNode {
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  /** The number of no node. */
  static final int NONE = 0;

  /** Its place in the table of all nodes. */
  int number;

  /** Nodes of the elements of an array: the first one, and all others. */
  PathNode first;

  PathNode rest;

  /** Fields whose value stands here; empty for a place on the way. */
  Field[] fields = {};

  /** Bits of the slots of {@link #fields} that keep a value. */
  long captureMask;

  /** The largest bound of {@link #fields}. */
  int maxBytes;

  /** A value here counts as content. */
  boolean seen;

  /** A value here counts only when one of its members marked {@link #needed} is a number. */
  boolean needs;

  /** A number here makes the value around it count. */
  boolean needed;

  private PathNode[] members = {};
  private byte[][] names = {};

  // The table that lookups read: open addressing over the first eight bytes and the length.
  private long[] heads;
  private byte[][] keys;
  private PathNode[] nodes;
  private int shift;

  /** What is kept at a node, and in which slot. */
  record Field(int slot, FieldPath.Capture capture, int maxBytes) {
    /** The slot of the surface's own terminal events; no real slot. */
    static final int TERMINAL = -1;
  }

  boolean hasMembers() {
    return members.length > 0;
  }

  boolean hasElements() {
    return first != null;
  }

  /** The node of a member, added when it is not there. */
  PathNode addMember(String name) {
    byte[] key = name.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < names.length; i++) {
      if (Arrays.equals(names[i], key)) {
        return members[i];
      }
    }
    names = Arrays.copyOf(names, names.length + 1);
    members = Arrays.copyOf(members, members.length + 1);
    names[names.length - 1] = key;
    members[members.length - 1] = new PathNode();
    return members[members.length - 1];
  }

  void addField(Field field) {
    fields = Arrays.copyOf(fields, fields.length + 1);
    fields[fields.length - 1] = field;
    captureMask |= field.slot() == Field.TERMINAL ? Long.MIN_VALUE : 1L << field.slot();
    maxBytes = Math.max(maxBytes, field.maxBytes());
  }

  /** True when a value inside this one is kept. */
  boolean capturesInside() {
    for (PathNode child : children()) {
      if (child.captureMask != 0 || child.capturesInside()) {
        return true;
      }
    }
    return false;
  }

  /** The nodes right below this one. */
  List<PathNode> children() {
    List<PathNode> children = new ArrayList<>(List.of(members));
    if (hasElements()) {
      children.add(first);
      children.add(rest);
    }
    return children;
  }

  /** How many containers deep a scan follows this node. */
  int depth() {
    int below = 0;
    for (PathNode child : children()) {
      below = Math.max(below, child.depth());
    }
    return below + 1;
  }

  /** Builds the tables that {@link #member} reads, here and below. */
  PathNode freeze() {
    int bits = 33 - Integer.numberOfLeadingZeros(Math.max(1, members.length));
    shift = 64 - bits;
    heads = new long[1 << bits];
    keys = new byte[1 << bits][];
    nodes = new PathNode[1 << bits];
    for (int i = 0; i < members.length; i++) {
      long head = Words.head(names[i], 0, names[i].length);
      int at = (int) ((head + names[i].length) * SPREAD >>> shift);
      while (nodes[at] != null) {
        at = at + 1 & nodes.length - 1;
      }
      heads[at] = head;
      keys[at] = names[i];
      nodes[at] = members[i];
    }
    for (PathNode child : children()) {
      child.freeze();
    }
    return this;
  }

  /** The node of the member whose name is these bytes, or null. */
  PathNode member(byte[] buffer, int start, int length) {
    long head = Words.head(buffer, start, length);
    int at = (int) ((head + length) * SPREAD >>> shift);
    for (PathNode node = nodes[at]; node != null; node = nodes[at]) {
      byte[] key = keys[at];
      if (heads[at] == head
          && key.length == length
          && (length <= 8 || Arrays.equals(key, 8, length, buffer, start + 8, start + length))) {
        return node;
      }
      at = at + 1 & nodes.length - 1;
    }
    return null;
  }
}
