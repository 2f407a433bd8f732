using Meridian.Control.Configuration;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Model;

namespace Meridian.Control.Tests.Configuration;

/// <summary><c>update-keys</c>, and the files that hold the secrets.</summary>
public sealed class UpdateKeyTests
{
    private const string Secret = "c2VjcmV0//Y2c2VjcmV0";

    [Fact]
    public void Load_FileOfTsigKeygen_GivesNameAlgorithmAndSecret()
    {
        LoadResult result = Load(
            "update-keys: {acme: {secret-file: k, allow: [{zones: [Example.com, example.org], names: [\"@\", _ACME-challenge.*], types: [TXT]}]}}",
            $"// made for the tests\nkey \"Acme.Example\" {{\n\talgorithm hmac-sha512;\n\tsecret \"{Secret}\"; # not shown\n}};\n");
        Assert.Empty(TestFiles.Errors(result));
        UpdateKeyModel key = result.Model!.UpdateKeys["acme"];
        Assert.Equal(("acme.example.", "hmac-sha512", 20), (key.Name.ToString(), key.Algorithm, key.PerSecond));
        Assert.Equal(Convert.FromBase64String(Secret), key.Secret.ToArray());
        UpdateRuleModel rule = Assert.Single(key.Rules);
        Assert.Equal([DomainName.Parse("example.com."), DomainName.Parse("example.org.")], rule.Zones);
        Assert.Equal(["@", "_acme-challenge.*"], rule.Names.Select(name => name.Text));
        Assert.Equal([RecordType.TXT], rule.Types);
    }

    [Fact]
    public void Load_SecretAlone_IsSha256UnderTheNameOfTheEntry()
    {
        LoadResult result = Load("update-keys: {acme.example: {secret-file: k, min-mac: 16, per-second: 5}}", Secret + "\n");
        UpdateKeyModel key = result.Model!.UpdateKeys["acme.example"];
        Assert.Equal(("acme.example.", "hmac-sha256", 16, 5), (key.Name.ToString(), key.Algorithm, key.MinMacLength, key.PerSecond));
        Assert.Empty(key.Rules);
    }

    [Theory]
    [InlineData("{}", Secret, "the key 'secret-file' is missing")]
    [InlineData("{secret-file: nowhere}", Secret, "there is no file 'nowhere'")]
    [InlineData("{secret-file: k}", "not base64!", "'k' is no key: expected what tsig-keygen writes, or a secret in base64")]
    [InlineData("{secret-file: k}", "", "'k' is no key")]
    [InlineData("{secret-file: k}", "key \"a\" { algorithm hmac-sha3; secret \"" + Secret + "\"; };", "'k' has a key for an algorithm that is not known")]
    [InlineData("{secret-file: k, algorithm: hmac-sha256}", "key \"a\" { algorithm hmac-sha512; secret \"" + Secret + "\"; };", "the secret's file has a key for hmac-sha512")]
    [InlineData("{secret-file: k, name: b}", "key \"a\" { algorithm hmac-sha512; secret \"" + Secret + "\"; };", "the secret's file names the key a.")]
    [InlineData("{secret-file: k, algorithm: hmac-sha255}", Secret, "expected one of hmac-sha512, hmac-sha384, hmac-sha256, hmac-sha1, hmac-md5")]
    [InlineData("{secret-file: k, min-mac: 15}", Secret, "a signature of hmac-sha256 has 16 to 32 octets")]
    [InlineData("{secret-file: k, allow: []}", Secret, "expected a list of 1 to 256 rules")]
    [InlineData("{secret-file: k, allow: [{zones: [a], names: [\"a*b\"]}]}", Secret, "expected a pattern of owner names")]
    [InlineData("{secret-file: k, allow: [{zones: [a], names: [a], types: [ANY]}]}", Secret, "expected a record type")]
    [InlineData("{secret-file: k, allow: [{zones: [a@in], names: [a]}]}", Secret, "leave out '@in'")]
    [InlineData("{secret-file: k, allow: [{zones: [a]}]}", Secret, "the key 'names' is missing")]
    public void Load_Mistake_IsReportedWithoutTheSecret(string key, string file, string expected)
    {
        string[] errors = TestFiles.Errors(Load($"update-keys: {{acme: {key}}}", file));
        Assert.Contains(errors, error => error.Contains(expected, StringComparison.Ordinal));
        Assert.DoesNotContain(errors, error => error.Contains(Secret[..6], StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("*", "@", true)]
    [InlineData("@", "@", true)]
    [InlineData("@", "www", false)]
    [InlineData("www", "www", true)]
    [InlineData("www", "a.www", false)]
    [InlineData("_acme-challenge.*", "_acme-challenge", true)]
    [InlineData("_acme-challenge.*", "_acme-challenge.a.b", true)]
    [InlineData("_acme-challenge.*", "_acme-challengex", false)]
    [InlineData("*.dyn", "h.dyn", true)]
    [InlineData("*.dyn", "a.h.dyn", true)]
    [InlineData("*.dyn", "dyn", false)]
    [InlineData("*.dyn", "hdyn", false)]
    public void Covers_Pattern_GoesByLabels(string pattern, string owner, bool expected) =>
        Assert.Equal(expected, new OwnerPattern(pattern).Covers(owner));

    private static LoadResult Load(string keys, string file) => TestFiles.LoadAll("m.yaml", ("m.yaml", keys + "\n" + TestFiles.Base), ("k", file));
}
