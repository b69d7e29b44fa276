"""The words of servers that do not speak English, for the three refusals that everybody meets when signing in.

From PostgreSQL's own message catalogues (src/backend/po). A refused connection carries no SQLSTATE, only these words.
"""

from __future__ import annotations

import re

# "%s" stands for a name.
PASSWORD_FAILED = (
    "Passwort-Authentifizierung für Benutzer »%s« fehlgeschlagen",
    "la autentificación password falló para el usuario «%s»",
    "authentification par mot de passe échouée pour l'utilisateur",
    'autenticazione con password fallita per l\'utente "%s"',
    'ユーザー"%s"のパスワード認証に失敗しました',
    '사용자 "%s"의 password 인증을 실패했습니다',
    'пользователь "%s" не прошёл проверку подлинности (по паролю)',
    'Lösenordsautentisering misslyckades för användare "%s"',
    'користувач "%s" не пройшов автентифікацію за допомогою пароля',
    '用户 "%s" Password 认证失败',
)
LOGIN_NOT_PERMITTED = (
    "Rolle »%s« hat keine Berechtigung zum Einloggen",
    "al rol «%s» no se le permite conectarse",
    "le rôle « %s » n'est pas autorisé à se connecter",
    'al ruolo "%s" non è consentito effettuare il login',
    'ロール"%s"はログインが許可されません',
    '"%s" 롤은 접속을 허용하지 않음',
    'для роли "%s" вход запрещён',
    'roll "%s" tillåts inte logga in',
    'для ролі "%s" вхід не дозволений',
    '不允许角色"%s" 进行登录',
)
NO_RIGHT_TO_DATABASE = (
    "keine Berechtigung für Datenbank %s",
    "permiso denegado a la base de datos %s",
    "droit refusé pour la base de données %s",
    "permesso negato per il database %s",
    "データベース %s へのアクセスが拒否されました",
    "%s 데이터베이스 접근 권한 없음",
    "нет доступа к базе данных %s",
    "rättighet saknas för databas %s",
    "немає доступу для бази даних %s",
    "对数据库 %s 权限不够",
)


def says(text: str, sentences: tuple[str, ...]) -> bool:
    """Whether `text` holds one of `sentences`, in whatever encoding an accented letter arrived."""
    return any(re.search(_pattern(sentence), text) for sentence in sentences)


def _pattern(sentence: str) -> str:
    escaped = re.escape(sentence).replace("%s", ".*")
    # Before the encoding is agreed on, the server's Latin letters may come as bytes of another one.
    return re.sub(r"[\u0080-\u00ff]", ".{1,2}", escaped)
