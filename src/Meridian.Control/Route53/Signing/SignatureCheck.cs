using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Meridian.Control.Access;
using Meridian.Control.Route53.Wire;

namespace Meridian.Control.Route53.Signing;

/// <summary>Finds out who signed a request (AWS Signature Version 4 in the header), or why nobody did.</summary>
/// <param name="keys">The keys there are.</param>
/// <param name="time">Signatures are of now.</param>
internal sealed class SignatureCheck(GrantIndex<AccessKey> keys, TimeProvider time)
{
    /// <summary>The service that signatures have to be for. The region may be any: an endpoint of one's own is in none.</summary>
    public const string Service = "route53";

    /// <summary>How far a client's clock may be off, either way: what AWS grants.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    private const string DateFormat = "yyyyMMdd'T'HHmmss'Z'";
    private const string DateField = "x-amz-date";
    private const string HostField = "host";
    private const string HashField = "x-amz-content-sha256";
    private const string SessionField = "x-amz-security-token";
    private const string AmazonPrefix = "x-amz-";

    private const string Mismatch =
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. "
        + "Consult the service documentation for details.";

    /// <summary>
    /// Judges what can be judged before there is a body: the form of the header field, the clock, whether there is such a key, and the
    /// signature itself where the head states the body's hash. Whoever has no key of ours cannot make the server read a body.
    /// </summary>
    /// <param name="head">Without a body.</param>
    /// <param name="claim">Who says to have signed it; null when the error says why that is nobody.</param>
    public Route53Error? VerifyHead(SignedRequest head, out SignatureClaim? claim)
    {
        claim = null;
        if (!head.Headers.TryGetValue("authorization", out string? authorization) || authorization.Length == 0)
        {
            return Refuse("MissingAuthenticationToken", "Missing Authentication Token");
        }
        if (!AuthorizationField.TryParse(authorization, out AuthorizationField? field, out string? problem))
        {
            return new Route53Error(400, "IncompleteSignature", problem);
        }
        if (CheckDate(head, field) is { } wrongDate)
        {
            return wrongDate;
        }
        if (field.Service != Service)
        {
            return Refuse("SignatureDoesNotMatch", $"Credential should be scoped to correct service: '{Service}'. ");
        }
        if (keys.Find(field.KeyId) is not { } key || key.IsExpired(time.GetUtcNow()) || head.Headers.ContainsKey(SessionField))
        {
            // Keys are issued for good or until a date, never for a session: a token of one is somebody else's.
            return Refuse("InvalidClientTokenId", "The security token included in the request is invalid.");
        }
        if (CheckSignedHeaders(head, field) is { } unsigned)
        {
            return unsigned;
        }
        SignatureClaim found = new(field, key);
        if (head.Headers.TryGetValue(HashField, out string? stated) && CheckSignature(head, found, stated) is { } wrong)
        {
            return wrong;
        }
        claim = found;
        return null;
    }

    /// <summary>Judges the whole request, whose head was judged.</summary>
    /// <param name="request">With its body.</param>
    /// <param name="claim">Who says to have signed it.</param>
    /// <param name="from">Where from.</param>
    /// <param name="principal">Who signed it; null when the error says why nobody did.</param>
    public Route53Error? Verify(SignedRequest request, SignatureClaim claim, IPAddress from, out Principal? principal)
    {
        principal = null;
        string bodyHash = CanonicalRequest.HashOf(request.Body.Span);
        if (request.Headers.TryGetValue(HashField, out string? stated))
        {
            if (stated != bodyHash)
            {
                return Refuse("SignatureDoesNotMatch", "The header 'x-amz-content-sha256' is not the SHA-256 of the body.");
            }
        }
        else if (CheckSignature(request, claim, bodyHash) is { } wrong)
        {
            return wrong;
        }
        AccessKey key = claim.Key;
        keys.Uses.Record(key.Id, new TokenUse(time.GetUtcNow(), from.ToString()));
        principal = new Principal
        {
            Name = key.Name,
            Role = key.Role,
            Scope = key.Scope,
            Credential = Credential.AccessKey,
            TokenId = key.Id,
            From = from,
        };
        return null;
    }

    private Route53Error? CheckDate(SignedRequest request, AuthorizationField field)
    {
        if (!request.Headers.TryGetValue(DateField, out string? stamp))
        {
            return new Route53Error(400, "IncompleteSignature", $"Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization={AuthorizationField.Algorithm}");
        }
        if (!DateTimeOffset.TryParseExact(stamp, DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset at))
        {
            return new Route53Error(400, "IncompleteSignature", $"Date must be in ISO-8601 'basic format'. Got '{stamp}'. See http://en.wikipedia.org/wiki/ISO_8601");
        }
        if (!stamp.StartsWith(field.Date, StringComparison.Ordinal))
        {
            return Refuse(
                "SignatureDoesNotMatch",
                $"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{field.Date}' != '{stamp[..field.Date.Length]}', from '{stamp}'.");
        }
        DateTimeOffset now = time.GetUtcNow();
        if (at < now - Skew)
        {
            return Refuse("RequestExpired", $"Signature expired: {stamp} is now earlier than {Text(now - Skew)} ({Text(now)} - 5 min.)");
        }
        return at <= now + Skew ? null
            : Refuse("SignatureDoesNotMatch", $"Signature not yet current: {stamp} is still later than {Text(now + Skew)} ({Text(now)} + 5 min.)");
    }

    private static Route53Error? CheckSignedHeaders(SignedRequest request, AuthorizationField field)
    {
        // Unsigned, these would let somebody on the way change where or when a request is for.
        foreach (string name in request.Headers.Keys.Where(name => name is HostField || name.StartsWith(AmazonPrefix, StringComparison.Ordinal)).Append(HostField))
        {
            if (!field.SignedHeaders.Contains(name))
            {
                return Refuse("SignatureDoesNotMatch", $"'{name}' must be a 'SignedHeader' in the AWS Authorization.");
            }
        }
        return null;
    }

    private static Route53Error? CheckSignature(SignedRequest request, SignatureClaim claim, string bodyHash)
    {
        AuthorizationField field = claim.Field;
        if (CanonicalRequest.Write(request, field.SignedHeaders, bodyHash) is not { } canonical)
        {
            return Refuse("SignatureDoesNotMatch", Mismatch);
        }
        byte[] expected = Sign(claim.Key.Secret, field, CanonicalRequest.ToSign(canonical, request.Headers[DateField], field.Scope));
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        bool isHexadecimal = field.Signature.Length == 2 * HMACSHA256.HashSizeInBytes
            && Convert.FromHexString(field.Signature, given, out _, out _) == System.Buffers.OperationStatus.Done;
        // In a time that tells nothing about how much of it is right.
        return CryptographicOperations.FixedTimeEquals(expected, given) && isHexadecimal ? null : Refuse("SignatureDoesNotMatch", Mismatch);
    }

    private static byte[] Sign(string secret, AuthorizationField field, string toSign)
    {
        byte[] key = Hash(Encoding.UTF8.GetBytes("AWS4" + secret), field.Date);
        key = Hash(key, field.Region);
        key = Hash(key, field.Service);
        key = Hash(key, AuthorizationField.Terminator);
        return Hash(key, toSign);
    }

    private static byte[] Hash(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static string Text(DateTimeOffset at) => at.UtcDateTime.ToString(DateFormat, CultureInfo.InvariantCulture);

    private static Route53Error Refuse(string code, string message) => new(403, code, message);
}

/// <summary>Who says to have signed a request.</summary>
/// <param name="Field">The signature, as it came.</param>
/// <param name="Key">The key that it names.</param>
internal sealed record SignatureClaim(AuthorizationField Field, AccessKey Key);
