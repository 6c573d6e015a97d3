package io.tokenledger.agent.client.harness;

import io.tokenledger.agent.rewrite.ClientRewriter;
import io.tokenledger.agent.rewrite.RefusedClassException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;

/**
 * An application's loader: one version of a client, its classes rewritten or not, and a driver that
 * calls it.
 */
public final class ClientLoader extends URLClassLoader {
  private static final List<String> OWN =
      List.of(
          "okhttp3.",
          "okio.",
          "kotlin.",
          "org.apache.hc.",
          "org.slf4j.",
          "io.tokenledger.agent.client.driver.");

  private final List<ClientRewriter> rewriters;

  private ClientLoader(URL[] jars, List<ClientRewriter> rewriters) {
    super(jars, ClientLoader.class.getClassLoader());
    this.rewriters = rewriters;
  }

  /**
   * @param version a folder of {@code target/clients}
   */
  public static ClientLoader of(String version, List<ClientRewriter> rewriters) {
    File[] jars = new File("target/clients/" + version).listFiles();
    if (jars == null) {
      throw new IllegalStateException("no jars of " + version);
    }
    try {
      URL[] urls = new URL[jars.length];
      for (int i = 0; i < jars.length; i++) {
        urls[i] = jars[i].toURI().toURL();
      }
      return new ClientLoader(urls, rewriters);
    } catch (MalformedURLException impossible) {
      throw new AssertionError(impossible);
    }
  }

  public <T> T driver(Class<T> type, String name) throws ReflectiveOperationException {
    Class<?> driver = loadClass("io.tokenledger.agent.client.driver." + name);
    return type.cast(driver.getConstructor().newInstance());
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (OWN.stream().noneMatch(name::startsWith)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? findClass(name) : loaded;
    }
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    byte[] bytes;
    try {
      bytes = bytesOf(name);
    } catch (IOException | RefusedClassException e) {
      throw new ClassNotFoundException(name, e);
    }
    return defineClass(name, bytes, 0, bytes.length);
  }

  private byte[] bytesOf(String name)
      throws IOException, RefusedClassException, ClassNotFoundException {
    String internalName = name.replace('.', '/');
    URL resource = findResource(internalName + ".class");
    try (InputStream in =
        resource == null
            ? getParent().getResourceAsStream(internalName + ".class")
            : resource.openStream()) {
      if (in == null || (resource == null && !name.startsWith("io.tokenledger."))) {
        throw new ClassNotFoundException(name);
      }
      byte[] bytes = in.readAllBytes();
      for (ClientRewriter rewriter : rewriters) {
        if (rewriter.className().equals(internalName)) {
          byte[] rewritten = rewriter.rewrite(bytes, TestBridge.NAME);
          return rewritten == null ? bytes : rewritten;
        }
      }
      return bytes;
    }
  }
}
