using Microsoft.Extensions.Options;
using NatsRun.Gateway;

// The program finds its settings beside itself, wherever it is started from.
var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.WebHost.UseKestrelHttpsConfiguration();
builder.Services.AddNatsRun().AddGateway().AddRooms();
builder.Services.AddOptions<ProgramOptions>().BindConfiguration(ProgramOptions.Section).ValidateOnStart();
builder.Services.AddSingleton<IValidateOptions<ProgramOptions>, ProgramOptionsValidator>();

var app = builder.Build();
app.UseNatsRun();
app.MapHealth();

var options = app.Services.GetRequiredService<IOptions<ProgramOptions>>().Value;
foreach (var route in options.Routes)
{
    route.Map(app);
}

if (options.Rooms is { Length: > 0 } rooms)
{
    app.MapRooms(rooms);
}

if (options.Session is { Length: > 0 } session)
{
    app.MapSession(session);
}

if (options.CatchAll)
{
    app.MapNatsCatchAll();
}

app.Run();
