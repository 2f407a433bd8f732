using System.Security.Cryptography.X509Certificates;
using Meridian.Health.Probes.Tls;
using Meridian.Health.Tests.Support;

namespace Meridian.Health.Tests.Probes;

/// <summary>Whom roots vouch for, and for how long that is remembered.</summary>
public sealed class SystemTrustTests
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    [Fact]
    public void FindFault_RootIsTakenAway_StopsVouchingWithinMinutes()
    {
        using X509Certificate2 certificate = Certificates.Make("www.example.com");
        X509Certificate2Collection roots = [certificate];
        SystemTrust trust = new(roots);

        Assert.Null(trust.FindFault(certificate, [], Now));
        roots.Clear();
        Assert.Null(trust.FindFault(certificate, [], Now + TimeSpan.FromMinutes(4)));
        Assert.NotNull(trust.FindFault(certificate, [], Now + TimeSpan.FromMinutes(6)));
        Assert.NotNull(trust.FindFault(certificate, [], Now));
    }

    [Fact]
    public void FindFault_SameNameFromElsewhere_IsJudgedByItself()
    {
        using X509Certificate2 certificate = Certificates.Make("www.example.com");
        using X509Certificate2 impostor = Certificates.Make("www.example.com");
        SystemTrust trust = new([certificate]);

        Assert.Null(trust.FindFault(certificate, [], Now));
        Assert.NotNull(trust.FindFault(impostor, [], Now));
        Assert.NotNull(trust.FindFault(impostor, [certificate], Now));
        Assert.Null(trust.FindFault(certificate, [impostor], Now));
    }

    [Fact]
    public void FindFault_CertificateExpiresSoon_IsNotRememberedForLonger()
    {
        using X509Certificate2 certificate = Certificates.Make("www.example.com", validUntil: TimeSpan.FromMinutes(2));
        SystemTrust trust = new([certificate]);

        Assert.Null(trust.FindFault(certificate, [], Now));
        Assert.Null(trust.FindFault(certificate, [], Now + TimeSpan.FromMinutes(1)));
        Assert.NotNull(trust.FindFault(certificate, [], Now + TimeSpan.FromMinutes(3)));
    }

    [Fact]
    public void FindFault_ByTheSystemsOwnRoots_KnowsNoneThatWasJustMade()
    {
        using X509Certificate2 certificate = Certificates.Make("www.example.com");
        SystemTrust trust = new();

        Assert.NotNull(trust.FindFault(certificate, [], Now));
        Assert.NotNull(trust.FindFault(certificate, [certificate], Now));
    }
}
