using System.Net;
using System.Security.Cryptography;
using Meridian.Control.Access;
using Meridian.Control.Tests.Http;

namespace Meridian.Control.Tests.Access;

public sealed class LocalKeyTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("meridian-key-").FullName;

    [Fact]
    public void Create_Key_IsTheOwnersAloneAndGoesWithTheServer()
    {
        string directory = Path.Combine(_directory, "run");
        LocalKey key = LocalKey.Create(directory, 8053, RandomNumberGenerator.Fill);
        string? read = LocalKey.TryRead(directory, new Uri("http://127.0.0.1:8053"));

        Assert.NotNull(read);
        Assert.True(key.Matches(read));
        Assert.False(key.Matches(read[1..]));
        Assert.Null(LocalKey.TryRead(directory, new Uri("http://127.0.0.1:8054")));
        Assert.Null(LocalKey.TryRead(directory, new Uri("http://192.0.2.1:8053")));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key.Path));
        }
        key.Dispose();
        Assert.False(File.Exists(key.Path));
    }

    [Fact]
    public void Dispose_KeyOfAnotherServer_StaysWhereItIs()
    {
        LocalKey first = LocalKey.Create(_directory, 1, RandomNumberGenerator.Fill);
        using LocalKey second = LocalKey.Create(_directory, 1, RandomNumberGenerator.Fill);

        first.Dispose();

        Assert.True(File.Exists(second.Path));
    }

    [Fact]
    public void Directory_ThatOthersCanWrite_IsNotUsed()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        using LocalKey key = LocalKey.Create(_directory, 1, RandomNumberGenerator.Fill);
        File.SetUnixFileMode(_directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherWrite);

        Assert.Throws<IOException>(() => LocalKey.Create(_directory, 1, RandomNumberGenerator.Fill));
        Assert.Null(LocalKey.TryRead(_directory, new Uri("http://127.0.0.1:1")));
    }

    [Fact]
    public async Task Authenticate_LocalKey_OpensFromThisMachineOnly()
    {
        await using AccessUnderTest access = new(Role.None);
        using LocalKey key = LocalKey.Create(_directory, 1, RandomNumberGenerator.Fill);
        Authenticator authenticator = access.Endpoint.Authenticator;
        authenticator.LocalKey = key;
        string secret = await File.ReadAllTextAsync(key.Path, TestContext.Current.CancellationToken);

        Assert.Equal(Role.Admin, authenticator.Authenticate(secret, IPAddress.Loopback, isLocal: true).Principal?.Role);
        Assert.Null(authenticator.Authenticate(secret, IPAddress.Parse("192.0.2.1"), isLocal: false).Principal);
        Assert.Equal(Role.None, authenticator.Authenticate(null, IPAddress.Loopback, isLocal: true).Principal?.Role);
    }

    [Theory]
    [InlineData("MERIDIAN_RUNTIME_DIR", "/a", "root", "/a")]
    [InlineData("RUNTIME_DIRECTORY", "/run/x:/run/y", "meridian", "/run/x")]
    [InlineData("XDG_RUNTIME_DIR", "/run/user/7", "root", "/run/meridian")]
    [InlineData("XDG_RUNTIME_DIR", "/run/user/7", "ada", "/run/user/7/meridian")]
    public void DefaultDirectory_ByEnvironmentAndUser_IsWhereBothSidesLook(string variable, string value, string user, string expected) =>
        Assert.Equal(expected, LocalKey.DefaultDirectory(name => name == variable ? value : null, user));

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
