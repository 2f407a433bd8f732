using Meridian.Control.Publishing;
using Meridian.Engine.Geo;
using Meridian.Engine.Model;

namespace Meridian.Benchmarks;

/// <summary>
/// The built-in location database as gdnsd's list of networks, so that both servers steer by the same partition.
/// </summary>
internal static class NetworkList
{
    /// <summary>Writes the networks of a continent as `network => [eu, us],`; returns the exit code.</summary>
    public static int Write(string continent, TextWriter output)
    {
        if (PlaceDatabaseCache.CreateDefault().TryGet(new GeoModel(), out string? problem) is not { } database)
        {
            Console.Error.WriteLine(problem);
            return 1;
        }

        GeoMap map = database.Compile([.. database.Places.Select(place => (ushort)(place.Continent == continent ? 1 : 0))]);
        map.Visit((first, length, classIndex) =>
        {
            if (classIndex == 1)
            {
                output.WriteLine($"{first}/{length} => [eu, us],");
            }
        });
        return 0;
    }
}
