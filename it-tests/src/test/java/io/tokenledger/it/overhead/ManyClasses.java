package io.tokenledger.it.overhead;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** An application that loads some thousand classes: what a transformer adds to each. */
public final class ManyClasses extends ClassLoader {
  private static final int COUNT = 5_000;
  private static final String TEMPLATE = "io.tokenledger.it.overhead.Class00000";

  public static void main(String[] args) throws Exception {
    String file = TEMPLATE.replace('.', '/') + ".class";
    byte[] template;
    try (InputStream in = ManyClasses.class.getClassLoader().getResourceAsStream(file)) {
      template = in.readAllBytes();
    }
    String text = new String(template, StandardCharsets.ISO_8859_1);
    byte[][] classes = new byte[COUNT][];
    for (int i = 0; i < COUNT; i++) {
      classes[i] = text.replace("Class00000", name(i)).getBytes(StandardCharsets.ISO_8859_1);
    }
    ManyClasses loader = new ManyClasses();
    long start = System.nanoTime();
    for (byte[] bytes : classes) {
      loader.defineClass(null, bytes, 0, bytes.length);
    }
    Self.say("a class loaded, us", (System.nanoTime() - start) / 1e3 / COUNT);
    Self.sayEnd();
  }

  private static String name(int number) {
    String digits = Integer.toString(number + 1);
    return "Class00000".substring(0, 10 - digits.length()) + digits;
  }
}

/** Copied under other names of the same length. */
final class Class00000 {
  private final int value;

  Class00000(int value) {
    this.value = value;
  }

  int twice() {
    return 2 * value;
  }
}
