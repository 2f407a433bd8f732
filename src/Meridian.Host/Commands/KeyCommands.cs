using System.CommandLine;

namespace Meridian.Host.Commands;

/// <summary><c>meridian keys create|list|revoke</c></summary>
internal static class KeyCommands
{
    public static Command Create() => new("keys", "Make, list and revoke keys of the Route 53 API.")
    {
        GrantCommands.CreateCreate(
            "Make a key. Its secret is shown once.",
            new Argument<string>("name") { DefaultValueFactory = _ => "route53" },
            new Option<string[]>("--zone", "--zones") { AllowMultipleArgumentsPerToken = true },
            (client, wanted, cancellationToken) => client.CreateKeyAsync(wanted, cancellationToken),
            // As the AWS tools read them: 'eval "$(meridian keys create …)"' sets the shell up.
            created => (
                $"export AWS_ACCESS_KEY_ID={created.Token.Id}\nexport AWS_SECRET_ACCESS_KEY={created.Secret}",
                $"Key {created.Token.Id} for {created.Token.Name} ({GrantCommands.Describe(created.Token)}). Its secret is not shown again.")),
        GrantCommands.CreateList("Show all keys, without their secrets.", (client, cancellationToken) => client.KeysAsync(cancellationToken)),
        GrantCommands.CreateRevoke(
            "Revoke a key: it signs nothing any more.",
            new Argument<string>("id") { Description = "The key's id." },
            (client, id, cancellationToken) => client.RevokeKeyAsync(id, cancellationToken),
            "Key"),
    };
}
