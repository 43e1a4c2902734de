using System.Text.Json;
using System.Text.Json.Serialization;
using Redoubt.Bank.Protocol;
using Redoubt.Bank.State;

namespace Redoubt.Bank.Doors;

/// <summary>
/// HTTP with the app on the phone, which nobody trusts: it may ask for a transfer of its customer's, gets a handle that means nothing, and may ask what became of it.
/// </summary>
internal static class AppDoor
{
    private const string Scheme = "Bearer ";

    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
    };

    /// <summary>What the app says of a transfer that it wants.</summary>
    private sealed record Wish(string PayeeName, string PayeeAccount, long AmountMinor, string Currency);

    /// <summary>Adds the resources.</summary>
    public static void Map(IEndpointRouteBuilder routes, BankState state)
    {
        routes.MapPost("/api/transfers", async (HttpContext context) =>
        {
            if (CustomerOf(context, state) is not { } customer)
                return Results.Unauthorized();
            try
            {
                Wish wish = await JsonSerializer.DeserializeAsync<Wish>(context.Request.Body, s_options, context.RequestAborted) ?? throw new JsonException("there is nothing");
                Transfer transfer = state.Transfers.Create(customer.Id, new Payment(wish.PayeeName, wish.PayeeAccount, wish.AmountMinor, wish.Currency));
                return Results.Json(Describe(transfer), statusCode: StatusCodes.Status201Created);
            }
            catch (Exception failure) when (failure is JsonException or ArgumentException)
            {
                return Results.Json(new { error = failure.Message }, statusCode: StatusCodes.Status400BadRequest);
            }
        });
        routes.MapGet("/api/transfers/{handle}", (HttpContext context, string handle) =>
        {
            if (CustomerOf(context, state) is not { } customer)
                return Results.Unauthorized();
            byte[] bytes = new byte[Identifier.Size];
            bool isHandle = handle.Length == 2 * Identifier.Size && Convert.FromHexString(handle, bytes, out _, out _) == System.Buffers.OperationStatus.Done;
            return isHandle && state.Transfers.FindByHandle(bytes) is { } transfer && transfer.CustomerId == customer.Id
                ? Results.Json(Describe(transfer))
                : Results.NotFound();
        });
    }

    private static Customer? CustomerOf(HttpContext context, BankState state)
    {
        return context.Request.Headers.Authorization is [{ } value] && value.StartsWith(Scheme, StringComparison.Ordinal)
            ? state.Customers.FindByAppKey(value[Scheme.Length..])
            : null;
    }

    private static object Describe(Transfer transfer) => new { handle = Convert.ToHexStringLower(transfer.Handle), state = AuditLog.Words(transfer.State) };
}
