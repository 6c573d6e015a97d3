package io.tokenledger.it.overhead;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** The floor: an agent that does nothing but register a transformer that does nothing. */
public final class EmptyAgent implements ClassFileTransformer {
  private EmptyAgent() {}

  public static void premain(String arguments, Instrumentation instrumentation) {
    instrumentation.addTransformer(new EmptyAgent(), true);
  }

  /**
   * Makes its jar, the class under another name: by its own the JVM would find it on the class path
   * and never open the jar.
   */
  static Path jar(Path directory) throws IOException {
    String name = EmptyAgent.class.getName();
    String inJar = name.replace("Empty", "Floor");
    Manifest manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.putValue("Premain-Class", inJar);
    attributes.putValue("Can-Retransform-Classes", "true");
    Path jar = directory.resolve("empty-agent.jar");
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file, manifest);
        InputStream in =
            EmptyAgent.class
                .getClassLoader()
                .getResourceAsStream(name.replace('.', '/') + ".class")) {
      String bytes = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
      out.putNextEntry(new JarEntry(inJar.replace('.', '/') + ".class"));
      out.write(
          bytes
              .replace("overhead/EmptyAgent", "overhead/FloorAgent")
              .getBytes(StandardCharsets.ISO_8859_1));
    }
    return jar;
  }
}
