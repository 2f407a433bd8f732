namespace Meridian.Engine.Model;

/// <summary>How a value is compared with a threshold.</summary>
public enum ThresholdOperator
{
    Below,
    AtMost,
    Above,
    AtLeast,
    Equal,
    NotEqual,
}

/// <summary>A query to a Prometheus server whose result means up.</summary>
public sealed record PrometheusModel
{
    /// <summary>Where Prometheus is: <c>http://prometheus:9090</c>, with a path if it has one.</summary>
    public required string Url { get; init; }

    /// <summary>PromQL, for an instant vector or a scalar. <c>{address}</c> and <c>{port}</c> are filled in.</summary>
    public required string Query { get; init; }

    public ThresholdOperator Operator { get; init; } = ThresholdOperator.AtLeast;

    /// <summary>Every value of the result must compare with this one as the operator says.</summary>
    public double Threshold { get; init; } = 1;
}
