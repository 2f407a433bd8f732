namespace Meridian.Control.Route53.Wire;

/// <summary>A refusal as clients read it: they go by the code, people by the message.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">One of the service's error codes.</param>
/// <param name="Message">In the service's own words where clients are known to look at them.</param>
internal sealed record Route53Error(int Status, string Code, string Message)
{
    public static Route53Error InvalidInput(string message) => new(400, "InvalidInput", message);

    /// <summary>Clients look for the brackets: the service prints its list of messages.</summary>
    public static Route53Error InvalidChangeBatch(IEnumerable<string> messages) => new(400, "InvalidChangeBatch", $"[{string.Join(", ", messages)}]");

    public static Route53Error NoSuchHostedZone(string id) => new(404, "NoSuchHostedZone", $"No hosted zone found with ID: {id}");

    public static Route53Error NoSuchHealthCheck(string id) => new(404, "NoSuchHealthCheck", $"A health check with id {id} does not exist.");

    public static Route53Error AccessDenied(string who, string operation, string why) =>
        new(403, "AccessDenied", $"User: {who} is not authorized to perform: route53:{operation} because {why}");

    /// <summary>As the service's framework says it when a parameter breaks its model.</summary>
    public static Route53Error Constraint(string value, string member, string constraint) =>
        InvalidInput($"1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: {constraint}");

    /// <summary>As a schema check of the service's says it.</summary>
    public static Route53Error NotInEnumeration(string value, IEnumerable<string> values) => InvalidInput(
        $"Invalid XML ; cvc-enumeration-valid: Value '{value}' is not facet-valid with respect to enumeration '[{string.Join(", ", values)}]'. "
        + "It must be a value from the enumeration.");

    public Route53Exception ToException() => new(this);
}

/// <summary>
/// Ends a request with an error. A request of this API is checked in many places deep inside each other, and nearly all that
/// can be wrong with one ends it; the endpoint catches this, and nothing else does.
/// </summary>
internal sealed class Route53Exception(Route53Error error) : Exception(error.Message)
{
    public Route53Error Error { get; } = error;
}
