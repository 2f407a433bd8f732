using System.Collections.Frozen;

namespace Meridian.Control.Diffing;

/// <summary>
/// A world map of one tile for each country, so that small ones can be seen and none is larger than another: their centroids,
/// pushed apart until each has room, on the nearest points of a grid. Neighbours are near each other, not always adjacent.
/// </summary>
internal static class CountryGrid
{
    private const string Rows =
        """
        .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. SJ .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. ..
        .. .. .. .. .. .. .. .. .. .. .. GL .. .. FO .. NO SE AX FI .. .. .. .. .. .. .. .. .. .. .. .. .. ..
        .. .. .. .. .. .. .. .. .. .. .. .. .. IS GB DK PL LT LV EE .. .. .. .. .. .. .. .. .. .. .. .. .. ..
        .. .. .. .. .. .. CA .. .. .. .. .. .. IM BE DE NL CZ HU BY UA .. .. .. .. RU .. .. .. .. .. .. .. ..
        .. .. .. .. .. .. .. .. .. .. .. .. IE JE LU CH LI SI SK RO MD GE KZ .. .. .. .. .. .. .. .. .. .. ..
        .. .. .. .. .. .. .. .. .. .. PM .. .. GG FR SM AT HR XK BG AM AZ .. KG .. MN .. .. .. .. .. .. .. ..
        .. .. .. .. .. .. US .. .. .. .. .. PT ES MC VA BA RS MK TR IQ TM UZ TJ .. .. .. KP .. .. .. .. .. ..
        .. .. .. .. .. .. .. BS HT BM AI .. .. GI AD IT ME GR CY LB SY IR AF .. .. CN .. KR JP .. .. .. .. ..
        .. .. .. .. .. MX CU TC SX DO DM BL AG EH MA TN MT AL IL PS KW QA PK NP BT MO .. TW .. .. .. .. .. ..
        .. .. .. .. .. BZ KY MF PR VI VG MS CV MR ML DZ LY EG JO SA BH AE IN BD MM LA HK .. .. .. .. UM .. ..
        .. .. .. .. .. GT HN JM KN CW VC MQ GP GM SN BF NE TD SD ER YE OM .. .. TH .. VN PH .. MP .. .. .. ..
        .. .. .. .. .. .. SV NI BQ TT GD BB GW CI GN BJ NG CF SS DJ SO .. .. LK .. KH BN .. PW GU FM MH .. ..
        .. .. .. .. .. .. CR AW CO VE LC GF .. SL GH TG CM CD UG KE ET .. MV .. .. SG MY .. .. .. .. NR KI ..
        .. .. .. .. .. .. .. PA EC GY SR .. .. .. LR ST GQ CG RW TZ SC .. IO .. .. .. ID .. .. PG SB TK TV ..
        .. .. .. .. .. .. .. .. PE .. BR .. .. .. .. .. GA AO BI MW KM .. .. .. CC CX .. TL .. .. .. WF WS ..
        .. .. PF .. .. .. .. .. .. BO .. .. .. .. .. SH NA ZM .. MZ YT MU .. .. .. .. .. .. .. .. .. VU FJ AS
        CK .. .. PN .. .. .. .. .. .. PY .. .. .. .. .. .. BW ZW SZ MG RE .. .. .. .. .. .. AU .. NC TO NU ..
        .. .. .. .. .. .. .. .. CL .. UY .. .. .. .. .. .. ZA LS .. .. .. .. .. .. .. .. .. .. .. .. NF .. ..
        .. .. .. .. .. .. .. .. .. AR .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. ..
        .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. NZ ..
        .. .. .. .. .. .. .. .. .. .. FK .. .. .. .. .. .. .. .. .. .. .. TF .. .. .. .. .. .. .. .. .. .. ..
        .. .. .. .. .. .. .. .. .. .. .. .. GS .. .. BV .. .. .. .. .. .. HM .. .. .. .. .. .. .. .. .. .. ..
        .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. AQ .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. ..
        """;

    /// <summary>Tiles from left to right.</summary>
    public static int Width { get; } = Rows.Split('\n')[0].Split(' ').Length;

    /// <summary>Tiles from top to bottom.</summary>
    public static int Height { get; } = Rows.Split('\n').Length;

    /// <summary>Where each country is, by its code (ISO 3166-1 alpha-2).</summary>
    public static FrozenDictionary<string, (int Column, int Row)> Tiles { get; } = Rows.Split('\n')
        .SelectMany((line, row) => line.Split(' ').Select((code, column) => (Code: code, Column: column, Row: row)))
        .Where(tile => tile.Code != "..")
        .ToFrozenDictionary(tile => tile.Code, tile => (tile.Column, tile.Row), StringComparer.Ordinal);
}
