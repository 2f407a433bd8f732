using Meridian.Control.Configuration.State;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration;

/// <summary>
/// The identity of a configuration: SHA-256 over the model, not over the files, so that comments, the order of keys and the
/// split into files make no new revision.
/// </summary>
public static class ModelDigest
{
    /// <summary>The digest in lower-case hexadecimal, 64 characters.</summary>
    public static string Compute(MeridianModel model)
    {
        using DigestWriter writer = new();
        writer.Append(model);
        return writer.Finish();
    }
}
