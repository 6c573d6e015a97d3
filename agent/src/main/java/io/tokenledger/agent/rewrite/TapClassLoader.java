package io.tokenledger.agent.rewrite;

import java.io.IOException;
import java.io.InputStream;

/**
 * Defines the tees of one client: classes of ours that extend or implement the client's own types.
 *
 * <pre>
 *      agent loader            the client's loader (web application, OSGi bundle, class path)
 *   io.tokenledger.*                 okhttp3.*, okio.*, java.* ...
 *             \                       /
 *              TapClassLoader: only &lt;tee package&gt;.*
 * </pre>
 *
 * Defined in the agent loader such a class fails to link, for the client's types are not visible
 * there; injected into the application's loader it would leak, or fail in a web application that
 * stopped. Bytes of tees come from the agent loader as a resource; every other class of ours comes
 * from the agent loader, all the rest from the client's loader.
 *
 * <p>Use it through {@link Tees}. Nothing may hold a TapClassLoader, one of its classes or their
 * instances longer than the client's own classes live.
 */
final class TapClassLoader extends ClassLoader {
  static {
    registerAsParallelCapable();
  }

  /** What a package must end with, so that the agent's own loader never defines its classes. */
  static final String TEE_PACKAGE_SUFFIX = ".tee";

  private static final String OURS = "io.tokenledger.";

  private final ClassLoader agent;
  private final String teePrefix;

  /**
   * @param agent the loader of the agent's classes
   * @param client the loader of the client's classes; null for the boot loader
   * @param teePackage the package whose classes are defined here, ending in {@code .tee}
   */
  TapClassLoader(ClassLoader agent, ClassLoader client, String teePackage) {
    super(client);
    if (!teePackage.endsWith(TEE_PACKAGE_SUFFIX)) {
      throw new IllegalArgumentException("not a tee package: " + teePackage);
    }
    this.agent = agent;
    this.teePrefix = teePackage + ".";
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (name.startsWith(teePrefix)) {
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        return loaded == null ? findClass(name) : loaded;
      }
    }
    if (name.startsWith(OURS)) {
      return agent.loadClass(name);
    }
    return super.loadClass(name, resolve);
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    if (!name.startsWith(teePrefix)) {
      throw new ClassNotFoundException(name);
    }
    byte[] bytes = bytesOf(name);
    return defineClass(name, bytes, 0, bytes.length, getClass().getProtectionDomain());
  }

  private byte[] bytesOf(String name) throws ClassNotFoundException {
    try (InputStream in = agent.getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      return in.readAllBytes();
    } catch (IOException unreadable) {
      throw new ClassNotFoundException(name, unreadable);
    }
  }
}
