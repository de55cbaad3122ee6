/** Where package managers fetch from: what the commands of a fork reach, whatever else the base allows them. */
export const REGISTRIES: readonly string[] = [
  // npm, yarn, and what native packages are built against
  ..."registry.npmjs.org registry.yarnpkg.com nodejs.org npm.jsr.io jsr.io".split(" "),
  // PyPI
  ..."pypi.org files.pythonhosted.org".split(" "),
  // crates
  ..."crates.io index.crates.io static.crates.io".split(" "),
  // Go
  ..."proxy.golang.org sum.golang.org".split(" "),
  // Maven and Gradle
  ..."repo.maven.apache.org repo1.maven.org plugins.gradle.org plugins-artifacts.gradle.org".split(" "),
  ..."services.gradle.org downloads.gradle.org maven.google.com".split(" "),
  // RubyGems, Packagist, NuGet, Hex
  ..."rubygems.org index.rubygems.org repo.packagist.org api.nuget.org repo.hex.pm builds.hex.pm".split(" "),
];
