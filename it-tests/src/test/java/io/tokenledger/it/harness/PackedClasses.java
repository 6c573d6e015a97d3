package io.tokenledger.it.harness;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import java.util.jar.JarFile;

/** The classes in the pack of the agent's jar, which only the agent's own loader opens. */
public final class PackedClasses {
  private PackedClasses() {}

  /** Bytes by binary name. */
  public static TreeMap<String, byte[]> ofAgent() throws IOException {
    ByteBuffer pack;
    try (JarFile jar = new JarFile(Jars.agent().toFile());
        InputStream in = jar.getInputStream(jar.getEntry("inst.pack"))) {
      pack = ByteBuffer.wrap(in.readAllBytes());
    }
    TreeMap<String, byte[]> classes = new TreeMap<>();
    int count = pack.getInt();
    for (int i = 0; i < count; i++) {
      int hash = pack.getInt();
      int offset = pack.getInt();
      int length = pack.getInt();
      String name = nameAt(pack, offset, hash);
      if (name.endsWith(".class")) {
        byte[] bytes = new byte[length];
        pack.get(offset + name.length(), bytes);
        classes.put(name.substring(0, name.length() - 6).replace('/', '.'), bytes);
      }
    }
    return classes;
  }

  /** A name has no length of its own: it is what hashes to its row's hash. */
  private static String nameAt(ByteBuffer pack, int offset, int hash) {
    int running = 0;
    for (int end = offset; end < pack.limit(); ) {
      running = 31 * running + (pack.get(end++) & 0xFF);
      if (running == hash) {
        byte[] name = new byte[end - offset];
        pack.get(offset, name);
        return new String(name, StandardCharsets.ISO_8859_1);
      }
    }
    throw new IllegalStateException("no name at " + offset);
  }
}
